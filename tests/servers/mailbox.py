"""A real SMTP server in the process of the test; it keeps what it receives."""

import email
import email.policy
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.servers.ports import free_port


@dataclass
class Received:
    """A mail as it came: from whom and to whom the server was told, the message itself, and whether nobody could read along."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    encrypted: bool
    user: str | None


@dataclass
class Mailbox:
    """What an SMTP server took, in the order of arrival; `refuse` answers a recipient with an SMTP reply instead."""

    port: int
    host: str = "127.0.0.1"
    mails: list[Received] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    passwords: list[tuple[bool, str]] = field(default_factory=list)  # whether it came encrypted, and what it was
    _lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        """Name the server as VERBUND_MAIL_SERVER wants it."""
        return f"smtp://{self.host}:{self.port}"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802 (aiosmtpd's name)
        """Take or refuse a recipient."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._lock:
            self.mails.append(Received(envelope.mail_from, list(envelope.rcpt_tos), message, encrypted=_is_encrypted(server), user=session.auth_data))
        return "250 OK"

    def sign_in(self, server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        """Let everybody in and remember how the password came."""
        self.passwords.append((_is_encrypted(server), data.password.decode()))
        return AuthResult(success=True, auth_data=data.login.decode())


def _is_encrypted(server: Any) -> bool:
    return server.transport.get_extra_info("cipher") is not None


@contextmanager
def running(*, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """Run a mail server on a free port: in the clear, with STARTTLS on offer, or encrypted from the first byte."""
    mailbox = Mailbox(port=free_port())
    # A server that takes a password in the clear would show whether ours is ever sent that way.
    more: dict[str, Any] = {"authenticator": mailbox.sign_in, "auth_require_tls": False, "tls_context": starttls, "ssl_context": tls}
    controller = Controller(mailbox, hostname=mailbox.host, port=mailbox.port, **more)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
