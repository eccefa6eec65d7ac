"""Whether every member is bound: resolution, signatory's limit and funds at the price in question; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commons.errors import RuleBroken
from commons.words import Message, german_number, joined, say


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """Who may sign for a municipality up to which net amount, by its own statute; None has no limit."""

    name: str
    most: Decimal | None


@dataclass(frozen=True, kw_only=True)
class MemberBinding:
    """What one member has shown: its resolution or mandate, who signs, and the funds that were confirmed."""

    municipality: str
    share: Decimal
    resolution: str = ""
    resolved_on: date | None = None
    valid_until: date | None = None
    resolved_up_to: Decimal | None = None
    signatory: Signatory | None = None
    funds: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Gap:
    """What a member still lacks."""

    municipality: str
    text: Message


class MembersNotBound(RuleBroken):
    """Nobody publishes or awards for a member that is not bound at this price."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        super().__init__(joined([gap.text for gap in gaps]))
        self.gaps = tuple(gaps)


def gaps(members: Sequence[MemberBinding], *, day: date) -> list[Gap]:
    """List what each member lacks at its share of the price; asked before publication and again at the real price."""
    return [Gap(municipality=member.municipality, text=text) for member in members for text in [*_resolution_gaps(member, day), *_money_gaps(member)]]


def check_bound(members: Sequence[MemberBinding], *, day: date) -> None:
    """Refuse as long as any member is not bound."""
    found = gaps(members, day=day)
    if found:
        raise MembersNotBound(found)


def _resolution_gaps(member: MemberBinding, day: date) -> list[Message]:
    name = member.municipality
    if not member.resolution or member.resolved_on is None:
        return [say("%(name)s: Es fehlen Nummer und Datum des Beschlusses oder der Mandatsvereinbarung.", name=name)]
    found = []
    if member.resolved_on > day:
        found.append(say("%(name)s: Der Beschluss %(number)s gilt erst ab dem %(day)s.", name=name, number=member.resolution, day=member.resolved_on))
    if member.valid_until is not None and member.valid_until < day:
        found.append(say("%(name)s: Der Beschluss %(number)s galt nur bis zum %(day)s.", name=name, number=member.resolution, day=member.valid_until))
    if member.resolved_up_to is not None and member.share > member.resolved_up_to:
        found.append(
            say(
                "%(name)s: Der Beschluss %(number)s deckt %(most)s €, der Anteil beträgt %(share)s €.",
                name=name,
                number=member.resolution,
                most=german_number(member.resolved_up_to, 2),
                share=german_number(member.share, 2),
            )
        )
    return found


def _money_gaps(member: MemberBinding) -> list[Message]:
    name, share, found = member.municipality, german_number(member.share, 2), []
    if member.signatory is None:
        found.append(say("%(name)s: Es ist niemand genannt, der den Auftrag unterzeichnen darf.", name=name))
    elif member.signatory.most is not None and member.share > member.signatory.most:
        most = german_number(member.signatory.most, 2)
        found.append(
            say(
                "%(name)s: %(person)s darf nur bis %(most)s € unterzeichnen, der Anteil beträgt %(share)s €.",
                name=name,
                person=member.signatory.name,
                most=most,
                share=share,
            )
        )
    if member.funds is None or member.funds < member.share:
        confirmed = german_number(member.funds or Decimal(0), 2)
        found.append(say("%(name)s: Bestätigt sind Mittel von %(funds)s €, der Anteil beträgt %(share)s €.", name=name, funds=confirmed, share=share))
    return found
