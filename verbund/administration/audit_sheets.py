"""What an auditor takes away: everything of the stated scope, one sheet a kind. Each query knows the actor and the scope."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext

from booking.queries.bookings import bookings_seen
from booking.stages import LABELS
from commons.calendar_days import berlin
from commons.people import Actor, Person
from commons.words import Message, german_number, say
from cooperation.queries import charges
from procurement.queries.bids import opened_bids
from procurement.queries.bundles import bundles, buyers
from procurement.queries.requests import lines_of, requests_inside
from procurement.queries.tender_values import procedure_name
from procurement.queries.tenders import tenders
from procurement.stages import BUNDLE_STAGE_NAMES, REQUEST_STAGE_NAMES
from procurement.tender_stages import TENDER_STAGE_NAMES

Rows = Iterator[list[str]]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Hold one kind of things, row by row."""

    title: Message
    head: tuple[Message, ...]
    rows: list[list[str]]


def sheets_of(actor: Actor) -> list[Sheet]:
    """Return what the actor may read, kind by kind."""
    kinds = (
        (
            say("Bedarfsmeldungen"),
            (say("Nummer"), say("Titel"), say("Stelle"), say("Jahr"), say("Stand"), say("Eingereicht"), say("Von"), say("Genehmigt"), say("Durch")),
            _requests(actor),
        ),
        (
            say("Bedarfszeilen"),
            (say("Meldung"), say("Zeile"), say("Text"), say("Menge"), say("Einheit"), say("Preis netto"), say("Produktsachkonto"), say("Bemerkung")),
            _lines(actor),
        ),
        (
            say("Bündelungen"),
            (say("Nummer"), say("Titel"), say("Federführung"), say("Gemeinden"), say("Stand"), say("Begonnen"), say("Festgeschrieben")),
            _bundles(actor),
        ),
        (
            say("Vergaben"),
            (say("Nummer"), say("Titel"), say("Bündelung"), say("Federführung"), say("Verfahren"), say("Stand"), say("Veröffentlicht"), say("Geöffnet")),
            _tenders(actor),
        ),
        (say("Angebote"), (say("Vergabe"), say("Bieter"), say("Eingegangen"), say("Endsumme des Bieters"), say("Positionen")), _bids(actor)),
        (
            say("Leistungsnachweise"),
            (say("Nummer"), say("Tag"), say("Leistung"), say("Von"), say("An"), say("Betrag netto"), say("Gegenbuchung zu")),
            _charges(actor),
        ),
        (
            say("Buchungen"),
            (say("Nummer"), say("Von"), say("Bis"), say("Geräte"), say("Für"), say("Gebucht von"), say("Zweck"), say("Stand"), say("Entschieden von")),
            _bookings(actor),
        ),
    )
    return [Sheet(title=title, head=head, rows=list(rows)) for title, head, rows in kinds]


def _requests(actor: Actor) -> Rows:
    for summary in requests_inside(actor):
        request = summary.request
        start = [str(request.id), request.title, request.organisation.name, str(request.year), _said(REQUEST_STAGE_NAMES[request.stage])]
        yield [*start, _moment(request.submitted_at), _name(request.submitted_by), _moment(request.approved_at), _name(request.approved_by)]


def _lines(actor: Actor) -> Rows:
    for summary in requests_inside(actor):
        for line in lines_of(summary.request, actor):
            amounts = [german_number(line.quantity_sent), line.unit_sent, _number(line.price_net)]
            yield [str(summary.request.id), str(line.number), line.text, *amounts, line.budget_account or "", line.internal_note or ""]


def _bundles(actor: Actor) -> Rows:
    for bundle in bundles(actor):
        towns = ", ".join(town.name for town in buyers(bundle))
        facts = [_said(BUNDLE_STAGE_NAMES[bundle.stage]), _moment(bundle.created_at), _moment(bundle.frozen_at)]
        yield [str(bundle.id), bundle.title, bundle.lead_municipality.name, towns, *facts]


def _tenders(actor: Actor) -> Rows:
    for tender in tenders(actor):
        procedure = procedure_name(tender)
        facts = [_said(procedure) if procedure else "", _said(TENDER_STAGE_NAMES[tender.stage]), _moment(tender.published_at), _moment(tender.opened_at)]
        yield [str(tender.id), tender.title, tender.bundle.title, tender.lead_municipality.name, *facts]


def _bids(actor: Actor) -> Rows:
    for tender in tenders(actor):
        for bid in opened_bids(tender.id, actor):
            yield [f"{tender.id} {tender.title}", bid.bidder, _moment(bid.bid.received_at), _number(bid.stated_sum), str(len(bid.lines))]


def _charges(actor: Actor) -> Rows:
    for charge in charges(actor):
        sides = [charge.creditor.name, charge.debtor.name]
        yield [str(charge.id), _day(charge.used_on), charge.text, *sides, _number(charge.amount), str(charge.reverses_id or "")]


def _bookings(actor: Actor) -> Rows:
    for booking in bookings_seen(actor):
        devices = ", ".join(f"{item.quantity} × {item.resource.name}" for item in booking.items)
        who = [booking.for_organisation.name, booking.created_by.name, booking.purpose]
        when = [_moment(booking.starts_at), _moment(booking.ends_at)]
        yield [str(booking.id), *when, devices, *who, _said(LABELS[booking.stage]), _name(booking.decided_by)]


def _said(message: Message) -> str:
    return message.said(gettext)


def _name(person: Person | None) -> str:
    return person.name if person else ""


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _moment(moment: datetime | None) -> str:
    return f"{berlin(moment):%d.%m.%Y %H:%M}" if moment else ""


def _number(amount: Decimal | None) -> str:
    return "" if amount is None else german_number(amount)
