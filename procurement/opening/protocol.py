"""The protocol of an opening as PDF: who was there, which bids, their hashes and amounts."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select

from commons import clock, journal
from commons.calendar_days import today_of
from commons.database import db
from commons.words import from_data, german_number, shown
from procurement.exchange import paper
from procurement.exchange.paper import Paper, PaperTable, Section
from procurement.models import Bid, OpenedBid, OpeningEntry, OpeningSession, Tender
from procurement.queries.tender_values import procedure_name
from procurement.tender_stages import BID_CHANNEL_NAMES, BID_STAGE_NAMES

HEAD = ("Angebot", "Bieter", "Eingang", "Stand", "Nachgerechnet netto", "Angegeben", "Nachlass, Skonto", "Bemerkung")
LATER_HEAD = ("Angebot", "Bieter", "Eingang", "Weg", "Stand", "Prüfsumme des Umschlags (SHA-256)")
HASHES = ("Angebot", "Prüfsumme des Umschlags (SHA-256)")


def protocol_of(tender: Tender, session: OpeningSession | None, entries: Sequence[OpeningEntry]) -> bytes:
    """Return the protocol, to be signed by the two who opened."""
    officers = _officers(session)
    facts = [
        ("Verfahren", str(procedure_name(tender) or "")),
        ("Angebotsfrist", shown(tender.deadline) if tender.deadline else "–"),
        ("Geöffnet", shown(tender.opened_at) if tender.opened_at else "–"),
        ("Geöffnet von", "; ".join(officers) or "–"),
        ("Anwesend", (session.persons_present if session else None) or "nur die beiden Genannten"),
        ("Fassung der Unterlagen", str(tender.version)),
    ]
    if tender.draw_seed and tender.draw_seed_hash:
        facts += [("Prüfsumme des Startwerts", tender.draw_seed_hash), ("Startwert", tender.draw_seed)]
    rows, hashes = tuple(_row(entry) for entry in entries), tuple((entry.bid.reference, entry.envelope_hash or "–") for entry in entries)
    sections = (
        Section(title="Angebote", tables=(PaperTable(head=HEAD, rows=rows, numeric=(4, 5), wide=7),) if rows else (), paragraphs=_none(rows)),
        Section(title="Prüfsummen", tables=(PaperTable(head=HASHES, rows=hashes, wide=1),) if rows else (), paragraphs=_none(rows)),
    )
    return paper.write(
        replace(
            _paper(tender, f"Öffnung der Angebote: {tender.title}", "Niederschrift nach § 14 VOL/A"),
            facts=tuple(facts),
            sections=sections,
            signatures=tuple(officers),
            notes=("Bieter waren nicht zugelassen. Es zählt der Einheitspreis; angegebene Summen sind unverändert wiedergegeben.",),
        )
    )


def addendum_of(tender: Tender, bids: Sequence[Bid]) -> bytes:
    """Return the addendum: what came after the opening, with its hash; none of it was read."""
    rows = tuple(
        (
            bid.reference,
            bid.invitation.name,
            _to_the_second(bid),
            str(BID_CHANNEL_NAMES[bid.channel]),
            str(BID_STAGE_NAMES[bid.stage]),
            bid.envelope_hash or "–",
        )
        for bid in bids
    )
    return paper.write(
        replace(
            _paper(tender, f"Nachtrag: {tender.title}", "Nachtrag zur Niederschrift nach § 14 VOL/A"),
            facts=(
                ("Angebotsfrist", shown(tender.deadline) if tender.deadline else "–"),
                ("Geöffnet", shown(tender.opened_at) if tender.opened_at else "–"),
            ),
            sections=(Section(title="Nach der Öffnung eingegangen", tables=(PaperTable(head=LATER_HEAD, rows=rows, wide=5),)),),
            notes=("Diese Angebote blieben verschlossen. Nur was zwei Personen mit Begründung zulassen, wird mit eigener Niederschrift geöffnet.",),
        )
    )


def _paper(tender: Tender, title: str, kind: str) -> Paper:
    length, head = journal.head()
    printed = shown(today_of(clock.now()))
    return Paper(title=title, kind=kind, author=tender.lead_municipality.name, printed=printed, journal=f"{length}, {head}", is_flipped=True)


def _none(rows: Sequence[object]) -> tuple[str, ...]:
    return () if rows else ("Es ist kein Angebot eingegangen.",)


def _officers(session: OpeningSession | None) -> list[str]:
    holders = [session.first_by, session.second_by] if session else []
    return [f"{holder.key.person.name}, {holder.administration.name}" for holder in holders if holder is not None]


def _row(entry: OpeningEntry) -> tuple[str, ...]:
    bid = entry.bid
    opened = db.session.scalar(select(OpenedBid).where(OpenedBid.bid_id == bid.id)) if entry.computed_net is not None else None
    address = f"{bid.invitation.name}{f', {opened.address}' if opened and opened.address else ''}"
    return (
        f"{bid.reference} ({BID_CHANNEL_NAMES[bid.channel]}{f', Nebenangebot {bid.variant}' if bid.variant else ''})",
        address,
        _to_the_second(bid),
        str(BID_STAGE_NAMES[entry.stage]),
        _money(entry.computed_net),
        _money(opened.stated_sum if opened else None),
        _terms(opened),
        str(from_data(entry.remark)) if entry.remark else "",
    )


def _to_the_second(bid: Bid) -> str:
    return f"{shown(bid.received_at)[:-4]}:{bid.received_at:%S}"


def _terms(opened: OpenedBid | None) -> str:
    if opened is None or not (opened.discount_percent or opened.skonto_percent):
        return "–"
    return f"{german_number(opened.discount_percent)} %, {german_number(opened.skonto_percent)} %"


def _money(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{german_number(amount, 2)} €"
