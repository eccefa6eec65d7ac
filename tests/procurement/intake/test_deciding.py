"""Submit, approve, send back and withdraw: two people, funds named, letters and journal at each step."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from commons.database import constraint_of, db, write
from commons.errors import ChangedMeanwhile, NotAllowed, NotFound
from commons.journal import entries_about
from commons.letters import Letter
from commons.permissions import Role
from commons.stages import StepNotLawful
from procurement import intake
from procurement.intake.deciding import AccountMissing, FourEyes, NothingRequested, ReasonMissing
from procurement.stages import NotEditable, RequestStage
from tests.procurement.builders import line, make_approved, make_bundle, make_request, make_submitted, reloaded
from tests.world import sign_in


def acts_on(request):
    return [entry.act for entry in entries_about("purchase_request", request.id)]


def readers_of(request):
    query = select(Letter.person_id).where(Letter.about_kind == "purchase_request", Letter.about_id == request.id)
    return set(db.session.scalars(query))


def test_submit_tells_those_who_approve_for_the_paying_town(world):
    request = make_submitted()

    assert request.stage is RequestStage.SUBMITTED
    assert readers_of(request) == {world.person_id("bernsdorf", Role.BUDGET_HOLDER), world.person_id("bernsdorf", Role.MAYOR)}
    assert acts_on(request) == ["request.begun", "request.line_added", "request.submitted"]


def test_submit_without_lines_is_refused(world):
    request = make_request(lines=())

    with pytest.raises(NothingRequested):
        write(intake.submit, request.id, by=world.actor("bernsdorf", Role.CLERK))


def test_approve_by_a_second_person_of_the_paying_town(world):
    request = make_submitted()

    approved = write(intake.approve, request.id, version=request.version, by=world.actor("bernsdorf", Role.MAYOR))

    assert approved.stage is RequestStage.APPROVED
    assert approved.approved_by_id == world.person_id("bernsdorf", Role.MAYOR)
    assert acts_on(approved)[-1] == "request.approved"
    assert world.person_id("bernsdorf", Role.CLERK) in readers_of(approved)


def test_approve_by_whoever_submitted_is_refused(world):
    clerk = world.actor("bernsdorf", Role.CLERK)
    both = _with_roles(clerk, {Role.CLERK, Role.BUDGET_HOLDER})
    request = make_submitted(by=both)

    with pytest.raises(FourEyes):
        write(intake.approve, request.id, version=request.version, by=both)

    assert reloaded(request).stage is RequestStage.SUBMITTED


def _with_roles(actor, roles):
    from dataclasses import replace

    return replace(actor, roles=frozenset(roles))


def test_database_refuses_an_approval_by_whoever_submitted(world):
    request = make_submitted()

    with pytest.raises(IntegrityError) as refusal:
        db.session.execute(text("UPDATE purchase_request SET approved_by_id = submitted_by_id WHERE id = :id"), {"id": request.id})

    assert "four_eyes" in constraint_of(refusal.value)
    db.session.rollback()


def test_approve_without_the_permission_is_refused(world):
    request = make_submitted()

    with pytest.raises(NotAllowed):
        write(intake.approve, request.id, version=request.version, by=world.actor("bernsdorf", Role.CLERK))


def test_approve_by_another_town_finds_nothing(world):
    request = make_submitted()

    with pytest.raises(NotFound):
        write(intake.approve, request.id, version=request.version, by=world.actor("ossling", Role.MAYOR))


def test_approve_with_a_line_without_account_names_the_line(world):
    request = make_submitted(budget_account="")

    with pytest.raises(AccountMissing) as refusal:
        write(intake.approve, request.id, version=request.version, by=world.actor("bernsdorf", Role.BUDGET_HOLDER))

    assert refusal.value.numbers == [1]


def test_account_named_by_the_budget_holder_lets_the_request_pass(world):
    request, holder = make_submitted(budget_account=""), world.actor("bernsdorf", Role.BUDGET_HOLDER)

    assert write(intake.set_budget_account, request.id, account="111300.443100", by=holder) == 1

    request = reloaded(request)
    assert write(intake.approve, request.id, version=request.version, by=holder).stage is RequestStage.APPROVED


def test_approve_of_a_state_changed_meanwhile_is_refused(world):
    request, holder = make_submitted(budget_account=""), world.actor("bernsdorf", Role.BUDGET_HOLDER)
    seen = request.version
    write(intake.set_budget_account, request.id, account="1", by=world.actor("bernsdorf", Role.CLERK))

    with pytest.raises(ChangedMeanwhile):
        write(intake.approve, request.id, version=seen, by=holder)


def test_send_back_gives_the_reason_and_opens_the_lines_again(world):
    request, clerk = make_submitted(), world.actor("bernsdorf", Role.CLERK)

    write(intake.send_back, request.id, reason="Menge prüfen", by=world.actor("bernsdorf", Role.MAYOR))

    request = reloaded(request)
    assert (request.stage, request.reason) == (RequestStage.RETURNED, "Menge prüfen")
    write(intake.add_line, request.id, line("Ordner", "3", "Stück"), by=clerk)
    assert write(intake.submit, request.id, by=clerk).stage is RequestStage.SUBMITTED


def test_send_back_without_a_reason_is_refused(world):
    request = make_submitted()

    with pytest.raises(ReasonMissing):
        write(intake.send_back, request.id, reason="  ", by=world.actor("bernsdorf", Role.MAYOR))


def test_send_back_after_approval_takes_the_approval_away(world):
    request = make_approved()

    returned = write(intake.send_back, request.id, reason="Haushaltssperre", by=world.actor("bernsdorf", Role.MAYOR))

    assert (returned.stage, returned.approved_by_id) == (RequestStage.RETURNED, None)


def test_lines_of_a_submitted_request_stay(world):
    request = make_submitted()

    with pytest.raises(NotEditable):
        write(intake.add_line, request.id, line("Ordner", "3", "Stück"), by=world.actor("bernsdorf", Role.CLERK))


def test_database_keeps_the_lines_of_an_approved_request(world):
    request = make_approved()

    with pytest.raises(IntegrityError) as refusal:
        db.session.execute(text("UPDATE purchase_request_line SET quantity_sent = 1 WHERE request_id = :id"), {"id": request.id})

    assert constraint_of(refusal.value) == "request_line_approved_stays"
    db.session.rollback()


def test_withdraw_ends_a_request(world):
    request = make_approved()

    write(intake.withdraw, request.id, reason="doppelt gemeldet", by=world.actor("bernsdorf", Role.CLERK))

    assert reloaded(request).stage is RequestStage.WITHDRAWN
    with pytest.raises(StepNotLawful):
        write(intake.submit, request.id, by=world.actor("bernsdorf", Role.CLERK))


def test_withdraw_of_a_bundled_request_is_refused(world):
    request = make_approved()
    make_bundle(request)

    with pytest.raises(StepNotLawful):
        write(intake.withdraw, request.id, reason="doch nicht", by=world.actor("bernsdorf", Role.CLERK))


def test_yard_request_is_approved_by_the_administration_that_pays(world):
    head, holder = world.actor("bernsdorf", Role.BUILDING_YARD_HEAD), world.actor("bernsdorf", Role.BUDGET_HOLDER)
    request = make_submitted(by=head)

    assert request.organisation_id == head.organisation_id
    assert write(intake.approve, request.id, version=request.version, by=holder).approved_by_id == holder.person_id


def test_approve_page_shows_the_sentence_and_keeps_the_request(client, world):
    request = make_submitted(budget_account="")
    sign_in(client, world.actor("bernsdorf", Role.BUDGET_HOLDER))

    answer = client.post(f"/beschaffung/bedarf/{request.id}/genehmigen", data={"version": request.version})

    assert answer.status_code == 422
    assert "Produktsachkonto: 1." in answer.get_data(as_text=True)
    assert reloaded(request).stage is RequestStage.SUBMITTED
