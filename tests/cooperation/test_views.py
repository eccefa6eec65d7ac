import re
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from commons.database import db, write
from commons.permissions import Role
from cooperation import effects, links, queries, settlement
from cooperation.models import CouncilVote, Measure, MeasureParticipation
from cooperation.stages import EffectKind, Ground, Nature, Stage, Vote
from tests.cooperation.builders import find_group, make_measure, make_participation, make_rating
from tests.world import sign_in


@pytest.fixture
def world_once(app_once):
    from tests.world import World

    return World()


@pytest.fixture
def mayor(client_once, world_once):
    actor = world_once.actor("bernsdorf", Role.MAYOR)
    sign_in(client_once, actor)
    return actor


def page_of(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_list_measures_shows_all_by_working_group(client_once, mayor):
    page = page_of(client_once, "/massnahmen/")

    assert "kern-error" not in page
    assert page.count('<th scope="row">') == 49
    assert [group in page for group in ("Leitung und Strategie", "Innere Verwaltung", "IT &amp; E-Government", "Bauhof", "Feuerwehr")] == [True] * 5


def test_list_measures_keeps_to_the_filter_and_takes_nonsense_for_nothing_asked(client_once, mayor):
    assert page_of(client_once, "/massnahmen/?group=bauhof&stage=in_progress").count('<th scope="row">') == 1
    assert page_of(client_once, "/massnahmen/?stage=quatsch&group=&described=vielleicht").count('<th scope="row">') == 49
    assert "Keine Maßnahme passt." in page_of(client_once, "/massnahmen/?q=Raumschiff")


def test_list_measures_speaks_english(client_once, mayor):
    client_once.post("/sprache", data={"language": "en"})

    assert "Joint road sweeper" in page_of(client_once, "/massnahmen/")


@pytest.mark.parametrize(("order", "first"), [("", 41), ("benefit", 41), ("effort", 47), ("quatsch", 41)], ids=["default", "benefit", "effort", "nonsense"])
def test_rank_measures_explains_its_order(client_once, mayor, order, first):
    page = page_of(client_once, f"/massnahmen/rangfolge?order={order}")

    assert page.count('<th scope="row">') == 49
    assert re.findall(r'<th scope="row"><a [^>]*>(\d+) ', page)[0] == str(first)
    assert "2 × Nutzen 5 − Kosten 1 − Aufwand 2 = 7" in page


def test_show_measure_tells_origin_participation_and_links(client_once, world_once, mayor):
    measure = queries.find_measure(31)
    make_participation(measure, world_once.municipality_id("ossling"), resolution_number="44/2026")
    links.attach(measure.id, "resource", 1, "Kehrmaschine <groß>", "cooperation.show_measure", {"measure_id": measure.id})
    db.session.commit()

    page = page_of(client_once, f"/massnahmen/{measure.id}")

    for expected in (
        "Beispiel, erfunden",
        "Titel aus einer vergleichbaren Zusammenarbeit",
        "44/2026",
        "Oßling",
        "Kehrmaschine &lt;groß&gt;",
        "Teilnahme erklären",
    ):
        assert expected in page


def test_show_measure_offers_a_worker_nothing_to_change(client_once, world_once):
    sign_in(client_once, world_once.actor("bernsdorf", Role.YARD_WORKER))

    page = page_of(client_once, f"/massnahmen/{queries.find_measure(31).id}")

    assert not any(word in page for word in ("Teilnahme erklären", "Stand ändern", "Bewerten</span>"))


def test_propose_leads_to_the_new_measure(client_once, world_once):
    sign_in(client_once, world_once.actor("ossling", Role.BRIGADE_CHIEF))
    values = {"title": "Gemeinsame Jugendlager", "group": find_group("feuerwehr").id, "horizon": "short", "description": ""}

    answer = client_once.post("/massnahmen/vorschlagen", data=values)

    measure = db.session.scalars(select(Measure).where(Measure.title == "Gemeinsame Jugendlager")).one()
    assert (answer.status_code, answer.location) == (302, f"/massnahmen/{measure.id}")
    assert measure.working_group.key == "feuerwehr"


@pytest.mark.parametrize(
    "values", [{}, {"title": "x" * 121}, {"title": "X", "group": "999"}, {"title": "X", "horizon": "ewig"}], ids=["empty", "long", "group", "horizon"]
)
def test_propose_names_what_is_missing(client_once, mayor, values):
    answer = client_once.post("/massnahmen/vorschlagen", data={"group": find_group().id, "horizon": "short"} | values)

    assert answer.status_code == 422
    assert "error-summary" in answer.get_data(as_text=True)


def test_rate_saves_and_shows_who_rated(client_once, mayor):
    measure = queries.find_measure(31)

    client_once.post(
        f"/massnahmen/{measure.id}/bewerten", data={"group": measure.working_group_id, "benefit": 4, "cost": 3, "effort": 2, "reason": "Erfahrung"}
    )

    page = page_of(client_once, f"/massnahmen/{measure.id}")
    assert mayor.person_name in page
    assert "Beispiel, erfunden" not in page


def test_rate_refuses_what_is_off_the_scale(client_once, mayor):
    measure = queries.find_measure(31)

    answer = client_once.post(
        f"/massnahmen/{measure.id}/bewerten", data={"group": measure.working_group_id, "benefit": 9, "cost": 3, "effort": 2, "reason": "X"}
    )

    assert answer.status_code == 422


def test_describe_refuses_to_overwrite_what_changed_meanwhile(client_once, mayor):
    measure = make_measure(description="Neu")

    answer = client_once.post(f"/massnahmen/{measure.id}/beschreiben", data={"description": "Meins", "seen": "Alt"})

    assert answer.status_code == 409
    assert "Inzwischen hat jemand anders" in answer.get_data(as_text=True)


def test_change_stage_offers_only_lawful_steps_and_says_why_not(client_once, mayor):
    measure = make_measure(stage=Stage.IDEA)

    page = page_of(client_once, f"/massnahmen/{measure.id}/stand")
    answer = client_once.post(f"/massnahmen/{measure.id}/stand", data={"stage": "examined", "seen": "idea", "reason": "Geprüft"})

    assert ('value="examined"' in page, 'value="running"' in page) == (True, False)
    assert answer.status_code == 422
    assert "Bitte bewerten Sie zuerst" in answer.get_data(as_text=True)


def test_change_stage_takes_the_step(client_once, mayor):
    measure = make_measure(stage=Stage.IDEA)
    make_rating(measure)

    answer = client_once.post(f"/massnahmen/{measure.id}/stand", data={"stage": "examined", "seen": "idea", "reason": "Geprüft"})

    assert answer.status_code == 302
    assert db.session.get(Measure, measure.id).stage is Stage.EXAMINED


def test_change_stage_of_an_old_page_is_a_conflict(client_once, mayor):
    measure = make_measure(stage=Stage.EXAMINED)

    answer = client_once.post(f"/massnahmen/{measure.id}/stand", data={"stage": "examined", "seen": "idea", "reason": "Geprüft"})

    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("values", "ground"),
    [
        ({"ground": "resolution", "resolution_number": "9/2026", "resolution_on": "2026-10-01"}, Ground.RESOLUTION),
        ({"ground": "mayor_trial", "trial_until": "2099-01-01", "trial_limit": "5.000,00"}, Ground.MAYOR_TRIAL),
    ],
    ids=["resolution", "trial"],
)
def test_join_takes_part_for_the_own_municipality(client_once, mayor, values, ground):
    measure = make_measure()

    answer = client_once.post(f"/massnahmen/{measure.id}/beitreten", data=values)

    part = db.session.scalars(select(MeasureParticipation)).one()
    assert (answer.status_code, part.municipality_id, part.ground) == (302, mayor.municipality_id, ground)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ground": "resolution", "resolution_on": "2026-10-01"}, "resolution_number"),
        ({"ground": "resolution", "resolution_number": "9"}, "resolution_on"),
        ({"ground": "resolution", "resolution_number": "9", "resolution_on": "gestern"}, "resolution_on"),
        ({"ground": "mayor_trial", "trial_limit": "5000"}, "trial_until"),
        ({"ground": "mayor_trial", "trial_until": "2099-01-01"}, "trial_limit"),
        ({"ground": "mayor_trial", "trial_until": "2099-01-01", "trial_limit": "viel"}, "trial_limit"),
        ({"ground": "laune"}, "ground"),
    ],
    ids=["no_number", "no_day", "bad_day", "no_end", "no_limit", "bad_limit", "no_ground"],
)
def test_join_asks_for_what_the_ground_needs(client_once, mayor, values, field):
    answer = client_once.post(f"/massnahmen/{make_measure().id}/beitreten", data=values)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert db.session.scalars(select(MeasureParticipation)).all() == []


def test_join_twice_is_a_conflict(client_once, mayor):
    measure = make_measure()
    make_participation(measure, mayor.municipality_id)

    answer = client_once.post(f"/massnahmen/{measure.id}/beitreten", data={"ground": "mayor_trial", "trial_until": "2099-01-01", "trial_limit": "5.000,00"})

    assert answer.status_code == 409


def test_leave_ends_the_part(client_once, mayor):
    measure = make_measure()
    part_id, measure_id = make_participation(measure, mayor.municipality_id).id, measure.id

    client_once.post(f"/massnahmen/{measure_id}/verlassen", data={"reason": "Kein Bedarf mehr"})

    assert "Kein Bedarf mehr" in page_of(client_once, f"/massnahmen/{measure_id}")
    assert db.session.get(MeasureParticipation, part_id).left_on is not None


def test_record_vote_keeps_the_vote_of_the_own_council(client_once, mayor):
    measure = make_measure(stage=Stage.DESCRIBED)

    client_once.post(f"/massnahmen/{measure.id}/stimme", data={"held_on": "2026-01-20", "vote": "yes"})

    vote = db.session.scalars(select(CouncilVote)).one()
    assert (vote.municipality_id, vote.vote, vote.assembly.held_on) == (mayor.municipality_id, Vote.YES, date(2026, 1, 20))


FORMS = ("bewerten", "beschreiben", "stand", "beitreten", "verlassen", "stimme")


@pytest.mark.parametrize("form", FORMS)
def test_forms_are_closed_to_those_without_the_permission(client_once, world_once, form):
    sign_in(client_once, world_once.actor("bernsdorf", Role.CLERK))
    measure = queries.find_measure(31)

    assert client_once.get(f"/massnahmen/{measure.id}/{form}").status_code == 403
    assert client_once.post(f"/massnahmen/{measure.id}/{form}", data={}).status_code == 403


@pytest.mark.parametrize("form", ["", *(f"/{form}" for form in FORMS)])
def test_an_unknown_measure_is_not_found(client_once, mayor, form):
    assert client_once.get(f"/massnahmen/999999{form}").status_code == 404


def test_a_stranger_sees_an_empty_list_and_no_measure(client_once, world_once):
    measure_id = queries.find_measure(31).id
    sign_in(client_once, world_once.stranger)

    assert "Keine Maßnahme passt." in page_of(client_once, "/massnahmen/")
    assert client_once.get(f"/massnahmen/{measure_id}").status_code == 404


def test_without_a_sign_in_the_way_leads_to_the_sign_in(client_once):
    assert client_once.get("/massnahmen/").status_code == 302


def test_list_charges_is_empty_at_first_and_closed_to_workers(client_once, world_once, mayor):
    assert "Noch keine Leistungsnachweise" in page_of(client_once, "/massnahmen/verrechnung")

    sign_in(client_once, world_once.actor("bernsdorf", Role.YARD_WORKER))
    assert client_once.get("/massnahmen/verrechnung").status_code == 403


def test_balance_shows_planned_beside_achieved_and_what_led_to_it(client_once, mayor):
    measure = make_measure(title="Gemeinsamer Einkauf", stage=Stage.IN_PROGRESS)
    links.attach(measure.id, "resource", 1, "Kehrmaschine", "cooperation.show_measure", {"measure_id": measure.id})
    for nature, amount in ((Nature.PLANNED, "9000"), (Nature.ACHIEVED, "1234.50")):
        effects.record_effect(measure.id, nature=nature, kind=EffectKind.SAVING, amount=Decimal(amount), unit="EUR", recorded_on=date(2026, 11, 25))
    db.session.commit()

    page, today = page_of(client_once, "/massnahmen/bilanz"), page_of(client_once, "/")

    assert "Gemeinsamer Einkauf" in page
    assert "9.000,00 €" in page
    for shown in (page, today):
        assert '<p class="figure"><span class="nowrap">1.234,50 €</span></p>' in shown


def test_measure_says_to_the_two_concerned_what_was_charged_for_it(client_once, world_once):
    measure, (bernsdorf, ossling) = queries.find_measure(31), (world_once.municipality_id(town) for town in ("bernsdorf", "ossling"))
    by, day = world_once.actor("bernsdorf", Role.BUILDING_YARD_HEAD), date(2026, 11, 2)
    for creditor, debtor, amount in ((bernsdorf, ossling, "120"), (ossling, bernsdorf, "45.50")):
        shared = {"creditor_id": creditor, "debtor_id": debtor, "used_on": day, "text": "Radlader", "subject": ("use", debtor)}
        write(settlement.post_charge, measure.id, amount=Decimal(amount), **shared, by=by)
    pages = []
    for town in ("bernsdorf", "neukirch"):
        sign_in(client_once, world_once.actor(town, Role.MAYOR))
        pages.append(page_of(client_once, f"/massnahmen/{measure.id}"))

    assert "Ihre Gemeinde erhält 120,00 € und zahlt 45,50 €." in pages[0]
    assert "Verrechnet" not in pages[1]
