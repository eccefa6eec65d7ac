"""Cheap clients in a process of their own: keep-alive sockets, one thread, nothing parsed but the status and the length."""

import pickle
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Hold what came back: status, seconds, and the body where it was asked for."""

    status: int
    seconds: float
    body: bytes = b""


@dataclass
class Client:
    """Hold one connection and what it still has to ask."""

    script: list[bytes]
    connection: Any
    asked_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    answers: list[tuple[int, float, bytes]] = field(default_factory=list)

    def ask(self) -> None:
        """Send the next request."""
        self.received.clear()
        self.asked_at = time.perf_counter()
        self.connection.sendall(self.script[len(self.answers)])

    def is_answered(self, *, bodies: bool) -> bool:
        """Take what has arrived, and say whether the answer is complete."""
        piece = self.connection.recv(1 << 16)
        if not piece:
            raise ConnectionError(bytes(self.received[:500]))
        self.received += piece
        head, _, body = bytes(self.received).partition(b"\r\n\r\n")
        lengths = [int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        if not lengths or len(body) < lengths[0]:
            return False
        self.answers.append((int(head[9:12]), time.perf_counter() - self.asked_at, body if bodies else b""))
        return True


def request_of(method: str, path: str, *, token: str = "", body: bytes = b"") -> bytes:
    """Write a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: keep-alive", f"Content-Length: {len(body)}"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += ["Content-Type: application/json"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True, kw_only=True)
class Played:
    """Hold all answers, client by client, and how long the whole took."""

    answers: list[list[Answer]]
    seconds: float


def play(port: int, scripts: list[list[bytes]], *, together: bool, bodies: bool = False) -> Played:
    """Let clients ask in a process of their own; together: everybody waits for each other before the next question."""
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.booking_clients"],
        input=pickle.dumps((port, scripts, together, bodies)),
        stdout=subprocess.PIPE,
        check=True,
    )
    answers, seconds = pickle.loads(process.stdout)
    return Played(answers=[[Answer(status=status, seconds=passed, body=body) for status, passed, body in client] for client in answers], seconds=seconds)


def _play(port: int, scripts: list[list[bytes]], together: bool, bodies: bool) -> tuple[list[list[tuple[int, float, bytes]]], float]:  # noqa: FBT001 (what came through the pipe)
    with selectors.DefaultSelector() as ears:
        clients = [Client(script=script, connection=socket.create_connection(("127.0.0.1", port), timeout=120)) for script in scripts]
        for client in clients:
            client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ears.register(client.connection, selectors.EVENT_READ, client)
        begin = time.perf_counter()
        if together:
            for _ in range(len(scripts[0])):
                _round(ears, clients, bodies=bodies, on=False)
        else:
            _round(ears, clients, bodies=bodies, on=True)
        seconds = time.perf_counter() - begin
        for client in clients:
            client.connection.close()
    return [client.answers for client in clients], seconds


def _round(ears: selectors.BaseSelector, clients: list[Client], *, bodies: bool, on: bool) -> None:
    """Ask once each, or go on until everybody has asked everything."""
    for client in clients:
        client.ask()
    waiting = len(clients)
    while waiting:
        for key, _ in ears.select(120):
            answering: Client = key.data
            if answering.is_answered(bodies=bodies):
                if on and len(answering.answers) < len(answering.script):
                    answering.ask()
                else:
                    waiting -= 1


if __name__ == "__main__":
    answers, seconds = _play(*pickle.load(sys.stdin.buffer))
    sys.stdout.buffer.write(pickle.dumps((answers, seconds)))
