"""Ask another clock for the time: an NTP server, or the Date line of a web server; nothing but the standard library."""

import socket
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

SCHEMES = ("ntp", "http", "https")
SECONDS = 5.0
_SINCE_1900 = 2_208_988_800  # NTP counts from 1900, everybody else from 1970


class NoAnswer(Exception):
    """The other clock said nothing that can be read as a time."""


def offset_from(source: str, *, now: Callable[[], datetime]) -> timedelta:
    """Return by how much our clock is ahead of the source; half of the way there and back is taken out."""
    before = now()
    try:
        told = _of_ntp(source) if urlsplit(source).scheme == "ntp" else _of_web(source)
    except (OSError, HTTPException, ValueError, TypeError, struct.error) as error:
        raise NoAnswer(str(error)) from error
    return before + (now() - before) / 2 - told


def _of_ntp(source: str) -> datetime:
    parts = urlsplit(source)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(SECONDS)
        asking.sendto(b"\x23" + bytes(47), (parts.hostname or "", parts.port or 123))  # version 4, client
        answer = asking.recv(256)
    seconds, fraction = struct.unpack("!II", answer[40:48])  # when the answer left
    if seconds == 0:
        raise ValueError("the server does not know the time")
    return datetime.fromtimestamp(seconds - _SINCE_1900, UTC) + timedelta(microseconds=fraction * 1_000_000 // 2**32)


def _of_web(source: str) -> datetime:
    """Return the Date of an answer, in the middle of its second."""
    parts = urlsplit(source)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    asking = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        asking.request("HEAD", parts.path or "/")
        told = parsedate_to_datetime(asking.getresponse().headers["Date"])
        return told.replace(tzinfo=told.tzinfo or UTC) + timedelta(milliseconds=500)  # "-0000" is UTC too, of an unknown place
    finally:
        asking.close()
