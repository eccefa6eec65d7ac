"""Open zipped documents without being blown up by them."""

import io
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from procurement.exchange.unreadable import FileBroken, FileProtected, FileTooLarge, UnreadableFile

MOST_UNPACKED = 300 * 1024 * 1024
MOST_MEMBERS = 5_000
CHUNK = 1 << 20
ENCRYPTED = 0x1


def open_checked(content: bytes) -> zipfile.ZipFile:
    """Open a zip archive after unpacking it once for measure; a size that lies fails its checksum."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        _measure(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as broken:
        raise FileBroken from broken
    return archive


def _measure(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise FileTooLarge
    for member in members:
        if member.flag_bits & ENCRYPTED:
            raise FileProtected
        with archive.open(member) as stream:
            while stream.read(CHUNK):
                pass


Starts = Callable[[str, dict[str, str]], None]
Ends = Callable[[str], None]
Texts = Callable[[str], None]


def scan(archive: zipfile.ZipFile, member: str, *, starts: Starts, ends: Ends | None = None, texts: Texts | None = None) -> None:
    """Walk through an XML member; documents that define entities are refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = starts
    parser.EndElementHandler = ends
    parser.CharacterDataHandler = texts
    parser.EntityDeclHandler = _refuse_entities
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk)
            parser.Parse(b"", True)  # noqa: FBT003
    except UnreadableFile:
        raise
    except (expat.ExpatError, KeyError, ValueError) as broken:
        raise FileBroken from broken


def _refuse_entities(*_: object) -> None:
    raise FileBroken


def local(name: str) -> str:
    """Drop the namespace prefix of an XML name."""
    return name.rpartition(":")[2]
