"""The demo of tenders: firms in the register, officers with keys, and a joint tender for road salt whose bids are awaited."""

from datetime import date, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from commons import clock
from commons.calendar_days import add_working_days, from_wall
from commons.clock import today
from commons.database import db, write
from commons.municipalities import Organisation
from commons.people import Actor, Person, find_actor
from cooperation.models import Measure
from procurement import bidding, bundling, intake, opening, suppliers, tendering
from procurement.entries import Commitment, Criterion, General, Terms
from procurement.models import Bundle, Supplier, Tender
from procurement.queries.officers import find_key_of
from procurement.queries.tender_documents import current_version
from procurement.queries.tenders import invitations
from procurement.rules.procedure import Procedure
from procurement.rules.scoring import Method
from procurement.tender_stages import BidChannel, SessionPurpose
from verbund.demo.people import PASSWORD

MEASURE = 9
# A request, a bundle and a tender are three things: each has its own name.
REQUEST_TITLE = "Salzbedarf {town} {year}"
BUNDLE_TITLE = "Auftausalz für den Winterdienst {year}"
TENDER_TITLE = "Lieferung von Auftausalz, Winter {year}/{next}"
LEAD = ("martina.grafe@koenigsbrueck.example", "verwaltung-koenigsbrueck")
# Clerk, who approves, organisation, tonnes of loose salt and sacks: what each town needs for a winter.
NEEDS = (
    ("anna.richter@bernsdorf.example", "bernd.schulze@bernsdorf.example", "verwaltung-bernsdorf", "110", "400"),
    ("kathrin.boehme@koenigsbrueck.example", "lutz.ziegenbalg@koenigsbrueck.example", "verwaltung-koenigsbrueck", "90", "300"),
    ("jana.kubitz@ossling.example", "karsten.wuensche@ossling.example", "verwaltung-ossling", "60", "200"),
)
MAYORS = (
    ("dirk.lehmann@bernsdorf.example", "verwaltung-bernsdorf"),
    ("heike.doering@koenigsbrueck.example", "verwaltung-koenigsbrueck"),
    ("siegfried.nuck@ossling.example", "verwaltung-ossling"),
)
OFFICERS = (LEAD, ("claudia.noack@bernsdorf.example", "verwaltung-bernsdorf"), ("monika.bresan@ossling.example", "verwaltung-ossling"))
FIRMS = (
    ("Lausitzer Salzhandel GmbH", "angebote@salzhandel.example", "Bautzen", "Auftausalz"),
    ("Winterdienst Bedarf Kamenz", "vertrieb@winterbedarf.example", "Kamenz", "Auftausalz; Streugut"),
    ("Elbe Streugut KG", "info@streugut.example", "Riesa", "Auftausalz"),
    ("Bürohaus Röder", "kontakt@buerohaus.example", "Radeberg", "Papier; Büromaterial"),
    ("Arbeitsschutz Oberland", "verkauf@schutz.example", "Bischofswerda", "Schutzkleidung"),
)
# Two firms have handed in already; nobody sees it before the opening.
HANDED_IN = ((0, ("0,0889", "0,2340")), (1, ("0,0914", "0,2280")))
REASON = "Beispiel der Vorführung: Die Angaben sind erfunden, der Weg ist der wirkliche."


def load() -> None:
    """Prepare, rehearse and publish the tender as the people would; nothing changes the second time."""
    if db.session.scalar(select(Tender.id).limit(1)) is not None:
        return
    lead = _actor(*LEAD)
    _enter_suppliers(lead)
    tender = _prepared(_bundle(lead), lead)
    _share_key(tender, lead)
    write(tendering.publish, tender.id, by=lead)
    _hand_in(tender)


def _actor(mail: str, organisation: str) -> Actor:
    person_id = db.session.scalars(select(Person.id).where(Person.email == mail)).one()
    place_id = db.session.scalars(select(Organisation.id).where(Organisation.key == organisation)).one()
    actor = find_actor(person_id, place_id)
    if actor is None:
        raise LookupError(f"{mail} does not act for {organisation}")
    return actor


def _enter_suppliers(lead: Actor) -> None:
    for name, mail, city, categories in FIRMS:
        if db.session.scalar(select(Supplier.id).where(Supplier.email == mail)) is None:
            write(suppliers.add, {"name": name, "email": mail, "city": city}, categories=categories.split("; "), by=lead)


def _bundle(lead: Actor) -> Bundle:
    measure_id, year = db.session.scalars(select(Measure.id).where(Measure.number == MEASURE)).one(), today().year + 1
    requests = []
    for mail, approver, organisation, tonnes, sacks in NEEDS:
        clerk = _actor(mail, organisation)
        request = write(intake.begin_request, REQUEST_TITLE.format(town=clerk.municipality_name, year=year), measure_id=measure_id, year=year, by=clerk)
        for text, amount, unit, price in (("Auftausalz, lose", tonnes, "t", "92,00"), ("Auftausalz, Sack 25 kg", sacks, "Sack 25 kg", "5,90")):
            line = intake.line_by_hand(text=text, quantity=amount, unit=unit, price=price, budget_account="541000.427100")
            write(intake.add_line, request.id, line, by=clerk)
        request = write(intake.submit, request.id, by=clerk)
        requests.append(write(intake.approve, request.id, version=request.version, by=_actor(approver, organisation)).id)
    term = (date(year, 10, 1), date(year + 1, 9, 30))
    bundle = write(bundling.open_bundle, BUNDLE_TITLE.format(year=year), measure_id=measure_id, term=term, freeze_on=None, request_ids=requests, by=lead)
    bundling.match_bundle(bundle.id, by=lead)
    write(bundling.propose_lots, bundle.id, by=lead)
    return write(bundling.freeze, bundle.id, by=lead)


def _prepared(bundle: Bundle, lead: Actor) -> Tender:
    lots = [lot.id for lot in db.session.get_one(Bundle, bundle.id).lots]
    title = TENDER_TITLE.format(year=bundle.term_from.year, next=bundle.term_until.year)
    tender = write(tendering.open_tender, title, bundle_id=bundle.id, lot_ids=lots, goods="Auftausalz", reason=REASON, by=lead)
    write(tendering.decide_procedure, tender.id, Procedure.OPEN, reason=REASON, by=lead)
    deadline = from_wall(add_working_days(today(), 15), time(12))
    write(tendering.set_dates, tender.id, deadline=deadline, reason=REASON, binding_until=add_working_days(today(), 45), by=lead)
    write(tendering.set_terms, tender.id, _terms(), by=lead)
    for mail, organisation in MAYORS:
        mayor = _actor(mail, organisation)
        commitment = Commitment(resolution="21-2026", resolved_on=today() - timedelta(days=40), signatory=mayor.person_name, funds=Decimal(60_000))
        write(tendering.commit, tender.id, commitment, by=mayor)
    for name, mail, _city, categories in FIRMS:
        if "Auftausalz" in categories:
            write(tendering.invite, tender.id, name, mail, by=lead)
    return tender


def _terms() -> Terms:
    delivery = Criterion(name="Lieferzeit", weight=Decimal(30), scale="10 Punkte bei 24 Stunden, 5 bei 48 Stunden, sonst 0")
    return Terms(
        cover_letter="Wir bitten um Ihr Angebot für Auftausalz. Geliefert wird frei Bauhof auf Abruf. Es gilt die VOL/B.",
        method=Method.LINEAR_POINTS,
        price_weight=Decimal(70),
        criteria=(delivery,),
        packages_admitted=True,
        framework_max_value=Decimal(60_000),
    )


def _share_key(tender: Tender, lead: Actor) -> None:
    officers = [_actor(*who) for who in OFFICERS]
    for officer in officers:
        if find_key_of(officer.person_id) is None:
            write(opening.make_key, PASSWORD, by=officer)
    keys = [key.id for officer in officers if (key := find_key_of(officer.person_id)) is not None]
    write(opening.name_holders, tender.id, keys, by=lead)
    write(opening.begin, tender.id, SessionPurpose.REHEARSAL, passphrase=PASSWORD, by=officers[0])
    write(opening.complete, tender.id, SessionPurpose.REHEARSAL, passphrase=PASSWORD, by=officers[1])


def _hand_in(tender: Tender) -> None:
    ids = [invitation.id for invitation in invitations(db.session.get_one(Tender, tender.id))]
    for place, prices in HANDED_IN:
        write(_write_bid, tender.id, ids[place], prices)


def _write_bid(tender_id: int, invitation_id: int, figures: tuple[str, ...]) -> None:
    tender = db.session.get_one(Tender, tender_id)
    invitation = bidding.get_invited(tender, invitation_id)
    secret, version = tendering.send_link(invitation, tender), current_version(tender)
    prices = {str(position.id): figure for position, figure in zip(version.positions, figures, strict=False)}
    content = bidding.content_from_form(invitation, version, General(address="Am Markt 1, 01917 Kamenz"), prices, {})
    bidding.hand_in(secret, content, channel=BidChannel.WEB, received_at=clock.now())
