"""Ports on this machine."""

import socket


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody has right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
