"""A locked file opens with its passphrase, whole and in order, or not at all."""

import io
import struct

import pytest

from verbund.locked_file import CHUNK, MAGIC, SALT, LockingWriter, WrongKey, is_locked, unlock

PASSPHRASE = "drei Schlösser"
HEAD = len(MAGIC) + SALT


def locked(content: bytes, *, at_a_time: int = 100_000) -> bytes:
    target = io.BytesIO()
    with LockingWriter(target, PASSPHRASE) as writer:
        for start in range(0, len(content), at_a_time):
            writer.write(content[start : start + at_a_time])
    return target.getvalue()


def unlocked(sealed: bytes, passphrase: str = PASSPHRASE) -> bytes:
    target = io.BytesIO()
    unlock(io.BytesIO(sealed), target, passphrase)
    return target.getvalue()


def chunks_of(sealed: bytes) -> list[bytes]:
    found, place = [], HEAD
    while place < len(sealed):
        end = place + 4 + struct.unpack(">I", sealed[place : place + 4])[0]
        found.append(sealed[place:end])
        place = end
    return found


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK], ids=["empty", "one", "below", "chunk", "above", "three"])
def test_content_comes_back(size: int) -> None:
    content = bytes(number % 251 for number in range(size))

    assert unlocked(locked(content)) == content


def test_same_content_looks_different_each_time() -> None:
    assert locked(b"Gebot: 100.000") != locked(b"Gebot: 100.000")
    assert b"Gebot" not in locked(b"Gebot: 100.000")


def test_wrong_passphrase_is_refused() -> None:
    with pytest.raises(WrongKey):
        unlocked(locked(b"Gebot"), PASSPHRASE + " ")


def without_the_last(chunks: list[bytes]) -> list[bytes]:
    return chunks[:-1]


def without_the_first(chunks: list[bytes]) -> list[bytes]:
    return chunks[1:]


def swapped(chunks: list[bytes]) -> list[bytes]:
    return [chunks[1], chunks[0], *chunks[2:]]


def twice(chunks: list[bytes]) -> list[bytes]:
    return [*chunks, chunks[-1]]


def nothing(_chunks: list[bytes]) -> list[bytes]:
    return []


@pytest.mark.parametrize("harm", [without_the_last, without_the_first, swapped, twice, nothing])
def test_changed_chunks_are_noticed(harm) -> None:  # type: ignore[no-untyped-def]
    sealed = locked(bytes(3 * CHUNK))

    with pytest.raises(WrongKey):
        unlocked(sealed[:HEAD] + b"".join(harm(chunks_of(sealed))))


def test_only_locked_files_count_as_locked() -> None:
    assert is_locked(io.BytesIO(locked(b"")))
    assert not is_locked(io.BytesIO(b"PK\x03\x04"))
    assert not is_locked(io.BytesIO(b""))
