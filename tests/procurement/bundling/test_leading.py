"""The lead of a bundle passes on when both sides have signed; who takes no part is not in a bundle."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import inspect as sa_inspect
from sqlalchemy import select

from commons import clock
from commons.calendar_days import today_of
from commons.database import db, write
from commons.errors import NotFound
from commons.journal import entries_about
from commons.letters import Letter
from commons.permissions import Role
from cooperation.models import MeasureParticipation
from cooperation.stages import Ground
from procurement import bundling, tendering
from procurement.bundling.leading import HandoverDecided, HandoverOpen
from procurement.bundling.taking_part import BuyerLeft, NotTakingPart, TrialAboveLimit, TrialWithoutLimit
from procurement.queries.bundles import position_rows
from procurement.queries.desk import mine as running
from procurement.queries.desk import tasks_for
from procurement.queries.estimates import shares_of
from procurement.stages import HandoverStage
from tests.procurement.builders import consumables, lead, make_approved, make_bundle, reloaded
from tests.procurement.tender_builders import make_published
from tests.world import sign_in


@pytest.fixture
def officer(world):
    """Return the procurement officer who takes the lead."""
    return world.actor("ossling", Role.PROCUREMENT_OFFICER)


@pytest.fixture
def offer(world, officer):
    bundle = make_bundle(make_approved())
    return write(bundling.offer_lead, bundle.id, officer.municipality_id, reason="Vertretung bis März", by=lead())


def participation(town_id, measure_id):
    query = select(MeasureParticipation).where(MeasureParticipation.measure_id == measure_id, MeasureParticipation.municipality_id == town_id)
    return db.session.scalars(query).one()


def test_offer_alone_changes_nothing_but_is_a_task_of_the_other_side(offer, officer):
    assert offer.bundle.lead_municipality_id == lead().municipality_id
    assert "bundling.show_lead" in {task.endpoint for task in tasks_for(officer)}


def test_accepted_lead_takes_tasks_and_keeps_number_and_rules(offer, officer):
    before = (offer.bundle_id, offer.bundle.title, offer.bundle.term_until)

    write(bundling.accept_lead, offer.bundle_id, offer.id, by=officer)

    bundle = reloaded(offer).bundle
    assert (bundle.id, bundle.title, bundle.term_until) == before
    assert (bundle.lead_municipality_id, offer.stage) == (officer.municipality_id, HandoverStage.ACCEPTED)
    assert entries_about("bundle", bundle.id)[-1].act == "bundle.lead_accepted"
    bundling.match_bundle(bundle.id, by=officer)
    with pytest.raises(NotFound):
        write(bundling.freeze, bundle.id, by=lead())


def test_lead_is_handed_over_after_the_freeze_too(world, officer):
    bundle = make_bundle(make_approved())
    bundling.match_bundle(bundle.id, by=lead())
    write(bundling.freeze, bundle.id, by=lead())

    offer = write(bundling.offer_lead, bundle.id, officer.municipality_id, reason="Elternzeit", by=lead())

    assert write(bundling.accept_lead, bundle.id, offer.id, by=officer).lead_municipality_id == officer.municipality_id


def test_own_side_cannot_sign_for_the_other(offer):
    with pytest.raises(NotFound):
        write(bundling.accept_lead, offer.bundle_id, offer.id, by=lead())


def test_decided_offer_is_not_decided_again(offer, officer):
    write(bundling.decline_lead, offer.bundle_id, offer.id, by=officer)

    with pytest.raises(HandoverDecided):
        write(bundling.accept_lead, offer.bundle_id, offer.id, by=officer)


def test_second_offer_waits_for_the_first(offer, world):
    with pytest.raises(HandoverOpen):
        write(bundling.offer_lead, offer.bundle_id, world.municipality_id("neukirch"), reason="x", by=lead())


def test_lead_is_not_offered_to_a_town_that_takes_no_part(world):
    bundle = make_bundle(make_approved())

    with pytest.raises(NotFound):
        write(bundling.offer_lead, bundle.id, world.municipality_id("schwepnitz"), reason="x", by=lead())


def test_request_of_a_town_whose_trial_is_over_is_not_bundled(world):
    request, other = make_approved(), make_approved(town="ossling")
    part = participation(request.municipality_id, consumables())
    part.ground, part.trial_until = Ground.MAYOR_TRIAL, today_of(clock.now()) - timedelta(days=1)
    db.session.commit()

    with pytest.raises(NotFound):
        make_bundle(request, other)


def test_bundle_with_a_town_that_has_left_is_not_frozen(world):
    bundle = make_bundle(make_approved(), make_approved(town="ossling"))
    bundling.match_bundle(bundle.id, by=lead())
    part = participation(world.municipality_id("ossling"), consumables())
    part.left_on = max(part.joined_on, date(2026, 1, 1))
    db.session.commit()

    with pytest.raises(BuyerLeft) as refusal:
        write(bundling.freeze, bundle.id, by=lead())

    assert refusal.value.names == ["Oßling"]


def on_trial(town_id, limit):
    part = participation(town_id, consumables())
    part.ground, part.trial_until, part.trial_limit = Ground.MAYOR_TRIAL, today_of(clock.now()) + timedelta(days=100), limit
    db.session.commit()


def test_bundle_is_not_led_by_a_town_that_takes_no_part(world):
    request = make_approved()
    participation(lead().municipality_id, consumables()).left_on = date(2026, 11, 1)
    db.session.commit()

    with pytest.raises(NotTakingPart):
        make_bundle(request)


def test_trial_buys_up_to_the_mayors_own_limit(world):
    request = make_approved()  # ten reams at 4,00
    on_trial(request.municipality_id, Decimal("40.00"))

    bundle = make_bundle(request)

    assert shares_of(bundle) == {request.municipality_id: Decimal("40.00")}


def test_trial_above_the_limit_needs_the_council(world):
    request, other = make_approved(), make_approved(town="ossling")
    on_trial(request.municipality_id, Decimal("39.99"))

    with pytest.raises(TrialAboveLimit) as refusal:
        make_bundle(request, other)

    assert (refusal.value.share, refusal.value.most) == (Decimal("40.00"), Decimal("39.99"))
    assert "Nötig ist ein Ratsbeschluss" in str(refusal.value.message)


def test_longer_term_counts_against_the_limit(world):
    request = make_approved()
    on_trial(request.municipality_id, Decimal("79.99"))

    with pytest.raises(TrialAboveLimit):
        make_bundle(request, term=(date(2027, 1, 1), date(2028, 12, 31)))


def test_price_estimated_later_is_held_against_the_limit_at_the_freeze(world):
    request = make_approved(price="")
    on_trial(request.municipality_id, Decimal("40.00"))
    bundle = make_bundle(request)
    bundling.match_bundle(bundle.id, by=lead())
    (row,) = position_rows(bundle, lead())
    write(bundling.estimate_price, bundle.id, row.id, price=Decimal(1), ground="Katalog", by=lead())

    with pytest.raises(TrialAboveLimit):
        write(bundling.freeze, bundle.id, by=lead())


def test_trial_without_a_limit_is_asked_for_it(world):
    request = make_approved()
    on_trial(request.municipality_id, None)

    with pytest.raises(TrialWithoutLimit):
        make_bundle(request)


def test_both_sides_sign_on_pages(client, world, officer):
    bundle = make_bundle(make_approved())
    address = f"/beschaffung/buendel/{bundle.id}/federfuehrung"
    sign_in(client, lead())
    client.post(address, data={"municipality_id": officer.municipality_id, "reason": "Vertretung"})
    sign_in(client, officer)
    page = client.get(address).get_data(as_text=True)
    accept = page.split(f'action="{address}/')[1].split('"')[0]

    assert client.post(f"{address}/{accept}").status_code == 302
    assert "Oßling führt" in client.get(address).get_data(as_text=True)
    sign_in(client, world.actor("laussnitz", Role.PROCUREMENT_OFFICER))
    assert client.get(address).status_code == 404


def columns_of(row):
    return {column.key: getattr(row, column.key) for column in sa_inspect(type(row)).column_attrs}


def test_lead_passes_on_while_bids_are_awaited(app_once, officer):
    tender = make_published()
    write(tendering.ask, tender.id, "Ist Recyclingpapier zugelassen?", invitation_id=None)
    bundle, before = reloaded(tender).bundle, columns_of(reloaded(tender))
    tasks_before = {task.endpoint for task in tasks_for(lead())}
    offer = write(bundling.offer_lead, bundle.id, officer.municipality_id, reason="Vertretung", by=lead())

    write(bundling.accept_lead, bundle.id, offer.id, by=officer)

    now = columns_of(reloaded(tender))
    assert {key for key, value in now.items() if before[key] != value} <= {"lead_municipality_id", "version"}
    assert now["lead_municipality_id"] == officer.municipality_id
    assert "tendering.show_questions" in tasks_before
    assert "tendering.show_questions" in {task.endpoint for task in tasks_for(officer)}
    assert "tendering.show_questions" not in {task.endpoint for task in tasks_for(lead())}
    assert [task.values["tender_id"] for task in running(officer) if task.endpoint == "tendering.show_tender"] == [tender.id]
    write(tendering.invite, tender.id, "Neue Firma GmbH", "neu@firma.example", by=officer)
    letter = db.session.scalars(select(Letter).where(Letter.address == "neu@firma.example")).one()
    assert letter.body[0]["values"]["lead"] == "Oßling"
    with pytest.raises(NotFound):
        write(tendering.invite, tender.id, "Alte Firma GmbH", "alt@firma.example", by=lead())
