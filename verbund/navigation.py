"""The menu by task: which pages a person is led to, from the permissions at hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from commons.people import Actor
from commons.permissions import Permission
from commons.words import Message, say


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Name one page of the menu and what one must be allowed to do to see it."""

    label: Message
    endpoint: str
    permission: Permission | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Hold the entries that belong to one kind of work."""

    title: Message | None
    entries: tuple[Entry, ...]


P = Permission
MENU: tuple[Group, ...] = (
    Group(title=None, entries=(Entry(label=say("Heute"), endpoint="home.today"),)),
    Group(
        title=say("Gemeinsam beschaffen"),
        entries=(
            Entry(label=say("Bedarf melden"), endpoint="intake.upload", permission=P.DEMAND_SUBMIT),
            Entry(label=say("Bedarfsmeldungen"), endpoint="intake.list_requests", permission=P.DEMAND_READ),
            Entry(label=say("Bedarf genehmigen"), endpoint="intake.list_to_approve", permission=P.DEMAND_APPROVE),
            Entry(label=say("Bedarfsabfragen"), endpoint="intake.list_rounds", permission=P.DEMAND_READ),
            Entry(label=say("Bündeln"), endpoint="bundling.list_bundles", permission=P.BUNDLE_READ),
            Entry(label=say("Vergaben"), endpoint="tendering.list_tenders", permission=P.TENDER_READ),
            Entry(label=say("Lieferanten"), endpoint="suppliers.list_suppliers", permission=P.SUPPLIER_MANAGE),
        ),
    ),
    Group(
        title=say("Geräte teilen"),
        entries=(
            Entry(label=say("Gerät buchen"), endpoint="reserving.search", permission=P.BOOKING_REQUEST),
            Entry(label=say("Heute raus und zurück"), endpoint="handover.today", permission=P.HANDOVER_RECORD),
            Entry(label=say("Anfragen entscheiden"), endpoint="reserving.list_undecided", permission=P.BOOKING_APPROVE),
            Entry(label=say("Meine Buchungen"), endpoint="reserving.list_mine", permission=P.BOOKING_REQUEST),
            Entry(label=say("Wochenplan"), endpoint="reserving.week", permission=P.RESOURCE_READ),
            Entry(label=say("Geräte"), endpoint="fleet.list_resources", permission=P.RESOURCE_READ),
            Entry(label=say("Einsatz"), endpoint="incidents.declare", permission=P.INCIDENT_DECLARE),
            Entry(label=say("Einsatzbereitschaft"), endpoint="readiness.board", permission=P.READINESS_READ),
            Entry(label=say("Verliehen und geliehen"), endpoint="handover.lent_and_borrowed", permission=P.CHARGE_READ),
            Entry(label=say("Kalender abonnieren"), endpoint="calendar.subscribe", permission=P.CALENDAR_SUBSCRIBE),
        ),
    ),
    Group(
        title=say("Zusammenarbeiten"),
        entries=(
            Entry(label=say("Maßnahmen"), endpoint="cooperation.list_measures", permission=P.MEASURE_READ),
            Entry(label=say("Bilanz"), endpoint="cooperation.show_balance", permission=P.MEASURE_READ),
            Entry(label=say("Verrechnung"), endpoint="cooperation.list_charges", permission=P.CHARGE_READ),
        ),
    ),
    Group(
        title=say("Verwalten"),
        entries=(
            Entry(label=say("Personen"), endpoint="administration.list_people", permission=P.PERSON_MANAGE),
            Entry(label=say("Briefe"), endpoint="administration.list_letters", permission=P.LETTER_READ),
            Entry(label=say("Regelwerte"), endpoint="administration.list_rule_values", permission=P.RULE_VALUE_READ),
            Entry(label=say("Prüfung"), endpoint="administration.show_audit", permission=P.JOURNAL_READ),
            Entry(label=say("Protokoll"), endpoint="administration.show_journal", permission=P.JOURNAL_READ),
        ),
    ),
)


def menu_for(actor: Actor, *, endpoints: Iterable[str]) -> tuple[Group, ...]:
    """Return the groups and entries that lead this person somewhere."""
    known = frozenset(endpoints)
    groups = (Group(title=group.title, entries=tuple(entry for entry in group.entries if _leads(entry, actor, known))) for group in MENU)
    return tuple(group for group in groups if group.entries)


def _leads(entry: Entry, actor: Actor, endpoints: frozenset[str]) -> bool:
    return entry.endpoint in endpoints and (entry.permission is None or actor.may(entry.permission))


FIRST_JOBS = (
    "incidents.declare",
    "handover.today",
    "intake.list_to_approve",
    "intake.upload",
    "reserving.search",
    "bundling.list_bundles",
    "reserving.week",
    "cooperation.list_measures",
    "administration.list_people",
)


def first_jobs(actor: Actor, *, endpoints: Iterable[str], most: int = 3) -> list[Entry]:
    """Return the main jobs of this person, the most usual first."""
    entries = {entry.endpoint: entry for group in menu_for(actor, endpoints=endpoints) for entry in group.entries}
    return [entries[endpoint] for endpoint in FIRST_JOBS if endpoint in entries][:most]
