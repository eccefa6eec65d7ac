"""Who can open: two of at least three by dated house rules, Königsbrück's staff once; the sheet, the rehearsal and the re-wrap on their pages."""

from datetime import date, timedelta

import pytest

from commons import clock
from commons.database import db, write
from commons.permissions import Role
from commons.rule_values import RuleValue
from procurement import opening
from procurement.models import Tender
from procurement.opening.sessions import WindowClosed
from procurement.queries.officers import holders_of, is_rehearsed
from procurement.rules.sealing_custody import TooFewHolders
from procurement.tender_stages import SessionPurpose
from tests.procurement.builders import PAPER, lead, make_approved, make_bundle
from tests.procurement.tender_builders import PASSPHRASE, make_key, make_lots, make_published, make_tender, name_holders, officer, reloaded
from tests.world import World, sign_in

BASE = "/beschaffung/vergaben"
NEW = "ein ganz neues Kennwort"


def house_rule(key: str, value: str, unit: str) -> None:
    """Let the house decide otherwise from today on."""
    fields = {"comparison": None, "applies_to": None, "valid_to": None, "legal_basis": "Beschluss des Verbunds", "source": "Test", "confirmed": True}
    db.session.add(RuleValue(regime="house", key=key, value=value, unit=unit, valid_from=date(2026, 6, 1), **fields))
    db.session.commit()


def test_the_window_of_an_opening_is_a_dated_house_rule(app_once):
    tender = make_published()
    house_rule("opening_window_minutes", "5", "minutes")
    start = tender.deadline + timedelta(hours=1)
    with clock.stopped_at(start):
        write(opening.begin, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("bernsdorf"))

    with clock.stopped_at(start + timedelta(minutes=6)), pytest.raises(WindowClosed):
        write(opening.complete, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("ossling"))


def test_how_many_must_hold_keys_is_a_dated_house_rule(app_once):
    tender = make_tender()
    house_rule("opening_holders_min", "4", "count")

    with pytest.raises(TooFewHolders):
        name_holders(tender)


def test_the_staff_of_koenigsbrueck_counts_once_for_whomever_it_acts(app_once):
    """Laußnitz and Neukirch are administered by Königsbrück: its people there are no second administration."""
    towns = ("koenigsbrueck", "laussnitz", "neukirch")
    tender = make_tender(make_lots_of(towns))

    with pytest.raises(TooFewHolders):
        name_holders(tender, towns)
    name_holders(tender, (*towns, "bernsdorf", "ossling"))

    places = {holder.key.person.employer.municipality.key: holder.administration_id for holder in holders_of(reloaded(tender))}
    assert len({places[town] for town in towns}) == 1
    assert len(set(places.values())) == 3


def make_lots_of(towns):
    return make_lots(make_bundle(*(make_approved(town=town, lines=(PAPER,)) for town in (*towns, "bernsdorf", "ossling"))))


def test_the_sheet_renews_a_passphrase_and_two_rehearse_on_pages(app_once, client_once):
    made = make_key("koenigsbrueck")
    for town in ("bernsdorf", "ossling"):
        make_key(town)
    tender = make_tender()
    name_holders(tender)
    page = f"{BASE}/{tender.id}/oeffnung"
    sign_in(client_once, lead())

    wrong = client_once.post("/beschaffung/schluessel/kennwort", data={"code": "AAAA-BBBB", "passphrase": NEW, "again": NEW})
    renewed = client_once.post("/beschaffung/schluessel/kennwort", data={"code": made.code, "passphrase": NEW, "again": NEW})
    old = client_once.post(page, data={"passphrase": PASSPHRASE})
    first = client_once.post(page, data={"passphrase": NEW})
    sign_in(client_once, officer("ossling"))
    waiting = client_once.get(page).get_data(as_text=True)
    second = client_once.post(page, data={"passphrase": PASSPHRASE})

    assert [wrong.status_code, renewed.status_code, old.status_code, first.status_code, second.status_code] == [422, 302, 422, 302, 302]
    assert "hat begonnen" in waiting
    assert is_rehearsed(reloaded(tender))


def test_two_others_rewrap_a_leavers_share_on_the_page(app_once, client_once):
    tender = make_published()
    leaver = next(holder.id for holder in holders_of(tender) if holder.key.person_id == lead().person_id)
    tender_id = tender.id
    page = f"{BASE}/{tender.id}/schluessel/neu-verteilen"
    joiner = write(opening.make_key, PASSPHRASE, by=World().actor("koenigsbrueck", Role.MAYOR)).key.id  # of the same administration

    sign_in(client_once, officer("bernsdorf"))
    begun = client_once.post(page, data={"passphrase": PASSPHRASE, "leaver_id": leaver, "joiner_key_id": joiner})
    sign_in(client_once, officer("ossling"))
    done = client_once.post(page, data={"passphrase": PASSPHRASE, "leaver_id": "", "joiner_key_id": ""})

    holders = holders_of(db.session.get_one(Tender, tender_id))
    assert [begun.status_code, done.status_code] == [302, 302]
    assert leaver not in {holder.id for holder in holders}
    assert joiner in {holder.key_id for holder in holders}
