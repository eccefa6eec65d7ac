"""Delivery reports: which letter came back, and why."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """Name the letter that could not be delivered, by its Message-ID, and the reason."""

    message_id: str
    reason: str


def read_bounce(content: bytes) -> Bounce | None:
    """Read a delivery report (RFC 3464); None for one that only tells of a delay, or for any other mail."""
    report = message_from_bytes(content, policy=default)
    status = _status_of(report)
    message_id = _original_id(report)
    if message_id is None or status is None or status.get("action", "").lower() != "failed":
        return None
    reason = " ".join(part for part in (status.get("status"), status.get("diagnostic-code"), status.get("final-recipient")) if part)
    return Bounce(message_id=message_id, reason=" ".join(reason.split()))


def _status_of(report: EmailMessage) -> dict[str, str] | None:
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = cast(list[EmailMessage], part.get_payload())
            fields = {name.lower(): str(value) for block in blocks for name, value in block.items()}
            return fields or None
    return None


def _original_id(report: EmailMessage) -> str | None:
    for part in report.walk():
        if part.get_content_type() == "message/rfc822":
            returned = cast(list[EmailMessage], part.get_payload())
            if returned and returned[0]["Message-ID"]:
                return str(returned[0]["Message-ID"]).strip()
        elif part.get_content_type() == "text/rfc822-headers":
            headers = message_from_bytes(cast(bytes, part.get_payload(decode=True)), policy=default)
            if headers["Message-ID"]:
                return str(headers["Message-ID"]).strip()
    return None
