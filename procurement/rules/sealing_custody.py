"""Who can open a tender: any two officers employed by two different administrations, and nobody alone; pure."""

import itertools
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from commons.errors import RuleBroken
from commons.words import say
from procurement.rules.sealing import SUITE, public_of

FEWEST_OFFICERS = 3


@dataclass(frozen=True, kw_only=True)
class Officer:
    """A key holder: who, employed by which administration (not: acting for which), and the public key."""

    name: str
    administration: str
    public: bytes


@dataclass(frozen=True, kw_only=True)
class Share:
    """Half of the tender's key for one pair, sealed to one of the two. Alone it is noise."""

    owner: str
    partner: str
    sealed: bytes


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What the first officer hands over: the own half for each possible partner, sealed to that partner. May lie in a table until the second comes."""

    by: str
    halves: tuple[Share, ...]


class TooFewHolders(RuleBroken):
    """A tender is not published while the loss of one key would leave nobody to open it."""


class SameAdministration(RuleBroken):
    """Two people of one employer count once, for whomever they act."""

    def __init__(self) -> None:
        super().__init__(say("Zum Öffnen braucht es zwei Personen, die bei zwei verschiedenen Verwaltungen angestellt sind."))


class KeyDoesNotFit(RuleBroken):
    """A share opens only with its owner's key, and two halves give only the tender's own key."""

    def __init__(self) -> None:
        super().__init__(say("Der Schlüssel passt nicht zu dieser Vergabe."))


def admissible_pairs(officers: Collection[Officer]) -> list[tuple[Officer, Officer]]:
    """Return all pairs employed by two different administrations."""
    ordered = sorted(officers, key=lambda officer: officer.name)
    return [(first, second) for first, second in itertools.combinations(ordered, 2) if first.administration != second.administration]


def check_holders(officers: Collection[Officer], *, fewest: int = FEWEST_OFFICERS) -> None:
    """Refuse holders among whom the loss of any single one leaves no admissible pair."""
    if len({officer.name for officer in officers}) < fewest:
        raise TooFewHolders(say("Es braucht mindestens %(count)s Schlüsselinhaber, damit der Verlust eines Schlüssels nicht schadet.", count=fewest))
    for lost in sorted(officers, key=lambda officer: officer.name):
        if not admissible_pairs([officer for officer in officers if officer != lost]):
            raise TooFewHolders(
                say(
                    "Verlöre %(name)s den Schlüssel, bliebe kein Paar aus zwei verschiedenen Verwaltungen. Bitte benennen Sie weitere Schlüsselinhaber.",
                    name=lost.name,
                )
            )


def split_key(private: bytes, *, tender: str, officers: Collection[Officer]) -> tuple[Share, ...]:
    """Split the tender's key anew for every admissible pair: two halves of noise whose sum (XOR) is the key, one sealed to each."""
    shares = []
    for first, second in admissible_pairs(officers):
        noise = os.urandom(len(private))
        rest = bytes(one ^ other for one, other in zip(private, noise, strict=True))
        shares += [_sealed_to(first, second.name, noise, tender), _sealed_to(second, first.name, rest, tender)]
    return tuple(shares)


def contribute(shares: Sequence[Share], *, tender: str, owner: Officer, private: bytes, officers: Collection[Officer]) -> Contribution:
    """Open the own halves and seal each to its partner, who alone can go on. The tender's key does not arise yet."""
    partners = {officer.name: officer for officer in officers if officer.administration != owner.administration}
    mine = [share for share in shares if share.owner == owner.name and share.partner in partners]
    if not mine:
        raise SameAdministration
    halves = [_sealed_to(partners[share.partner], owner.name, _opened(share, private, tender), tender) for share in mine]
    return Contribution(by=owner.name, halves=tuple(halves))


def combine(shares: Sequence[Share], contribution: Contribution, *, tender: str, owner: Officer, private: bytes, tender_public: bytes) -> bytes:
    """Add the own half to the one that was handed over; refuse anything but the tender's own key."""
    handed = [half for half in contribution.halves if half.owner == owner.name and half.partner == contribution.by]
    own = [share for share in shares if share.owner == owner.name and share.partner == contribution.by]
    if owner.name == contribution.by or not handed or not own:
        raise SameAdministration
    halves = _opened(handed[0], private, tender), _opened(own[0], private, tender)
    key = bytes(one ^ other for one, other in zip(*halves, strict=True))
    if public_of(key) != tender_public:
        raise KeyDoesNotFit
    return key


def rewrap(private: bytes, *, tender: str, leaver: str, officers: Collection[Officer], fewest: int = FEWEST_OFFICERS) -> tuple[Share, ...]:
    """Split the key that two others have combined among those who stay or join; the leaver's shares are worth nothing without a partner's."""
    staying = [officer for officer in officers if officer.name != leaver]
    check_holders(staying, fewest=fewest)
    return split_key(private, tender=tender, officers=staying)


def _sealed_to(owner: Officer, partner: str, half: bytes, tender: str) -> Share:
    sealed = SUITE.encrypt(half, X25519PublicKey.from_public_bytes(owner.public), info=_info(tender, owner.name, partner))
    return Share(owner=owner.name, partner=partner, sealed=sealed)


def _opened(share: Share, private: bytes, tender: str) -> bytes:
    try:
        return SUITE.decrypt(share.sealed, X25519PrivateKey.from_private_bytes(private), info=_info(tender, share.owner, share.partner))
    except (InvalidTag, ValueError) as error:
        raise KeyDoesNotFit from error


def _info(tender: str, owner: str, partner: str) -> bytes:
    return f"Verbund share 1\n{tender}\x1f{owner}\x1f{partner}".encode()
