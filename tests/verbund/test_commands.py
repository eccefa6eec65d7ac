"""The command line of the ground: people, tokens, journal, letters, demo."""

import json
import socket
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from commons import tokens
from commons.database import db, write
from commons.journal import JournalEntry
from commons.letters import Letter, LetterStage, post
from commons.people import Person, actors_of, find_person
from commons.permissions import Role
from commons.words import say
from tests.verbund.test_sending import delivery_report
from tests.world import World
from verbund.commands import main
from verbund.demo.people import PASSWORD


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("VERBUND_DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])
    monkeypatch.setenv("VERBUND_SECRET_KEY", "s" * 40)

    def _run(*arguments: str, said: bytes | None = None) -> Result:
        db.session.remove()
        return CliRunner().invoke(main, list(arguments), input=said)

    return _run


def test_people_are_listed_as_json(run: Any, world: World) -> None:
    rows = json.loads(run("people", "list", "--json").stdout)

    assert len(rows) == 56
    assert rows[0] == {
        "mail": "clerk@bernsdorf.example",
        "name": "clerk bernsdorf",
        "memberships": [{"organisation": "verwaltung-bernsdorf", "role": "clerk"}],
    }


def test_people_are_listed_for_reading(run: Any) -> None:
    assert "clerk@bernsdorf.example\tclerk bernsdorf\tclerk@verwaltung-bernsdorf" in run("people", "list").stdout


def test_first_administrator_is_entered_and_sets_the_password(run: Any, app: Flask) -> None:
    result = run(
        "people", "add", "--name", "Falk Hennig", "--mail", "falk@bernsdorf.example", "--organisation", "verwaltung-bernsdorf", "--role", "administrator"
    )

    link = result.stdout.split("\t")[1].strip()
    answer = app.test_client().get(link.removeprefix("http://127.0.0.1:8000"))
    assert (result.exit_code, answer.status_code) == (0, 200)


@pytest.mark.parametrize(("place", "mail"), [("mars", "neu@bernsdorf.example"), ("verwaltung-bernsdorf", "clerk@bernsdorf.example")])
def test_person_that_cannot_be_entered_is_refused(run: Any, place: str, mail: str) -> None:
    result = run("people", "add", "--name", "X", "--mail", mail, "--organisation", place, "--role", "clerk")

    assert result.exit_code == 1
    assert "Error:" in result.stderr


AUDITOR = ("people", "add", "--name", "Elke Z", "--mail", "elke@bernsdorf.example", "--organisation", "verwaltung-bernsdorf", "--role", "auditor")


def test_auditor_is_entered_with_what_to_examine(run: Any) -> None:
    result = run(*AUDITOR, "--audits-from", "2026-01-01", "--audits-until", "2026-12-31")

    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "person.entered")).one()
    scope = {"audits_from": "2026-01-01", "audits_until": "2026-12-31"}
    assert result.exit_code == 0, result.output
    assert find_person("elke@bernsdorf.example").memberships[0].scope_from == date(2026, 1, 1)
    assert json.loads(entry.payload)["after"]["roles"][0].items() >= scope.items()


@pytest.mark.parametrize(
    "options",
    [(), ("--audits-from", "2026-12-31", "--audits-until", "2026-01-01"), ("--role", "clerk", "--audits-from", "2026-01-01")],
    ids=["no_scope", "ends_before", "no_auditor"],
)
def test_scope_that_does_not_fit_is_refused(run: Any, options: tuple[str, ...]) -> None:
    result = run(*AUDITOR, *options)

    assert (result.exit_code, find_person("elke@bernsdorf.example")) == (1, None)


def test_token_is_printed_alone(run: Any, world: World) -> None:
    result = run("token", "create", "--person", "Clerk@bernsdorf.example")

    token = tokens.find_token(result.stdout.strip())
    assert result.stdout.count("\n") == 1
    assert token is not None
    assert {actor.person_id for actor in token.actors} == {world.person_id("bernsdorf", Role.CLERK)}


def test_token_for_nobody_is_refused(run: Any) -> None:
    result = run("token", "create", "--person", "niemand@bernsdorf.example")

    assert (result.exit_code, result.stdout) == (1, "")


def test_journal_is_verified_with_heads_kept_elsewhere(run: Any) -> None:
    head = run("journal", "head").stdout.strip()

    sound, other = run("journal", "verify", "--head", head), run("journal", "verify", "--head", "1:" + "0" * 64)

    assert (sound.exit_code, sound.stdout.strip()) == (0, head)
    assert (other.exit_code, "Entry 1 does not fit: the chain was rebuilt" in other.stdout) == (1, True)
    assert run("journal", "verify", "--head", "1:zz").exit_code == 2


def test_bounced_letter_is_marked(run: Any, world: World) -> None:
    def _post() -> Letter:
        letter = post(world.person_id("bernsdorf", Role.CLERK), say("Ihre Buchung"), [])
        db.session.flush()
        return letter

    letter = write(_post)

    result = run("letters", "bounced", said=delivery_report(letter.message_id))

    assert result.exit_code == 0
    assert db.session.get_one(Letter, letter.id, populate_existing=True).stage is LetterStage.BOUNCED
    assert "No letter has" in run("letters", "bounced", said=delivery_report("<fremd@example>")).stderr
    assert "No delivery report" in run("letters", "bounced", said=b"From: x\n\nHallo").stderr


def test_server_says_that_its_port_is_taken(run: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        result = run("serve", "--port", str(other.getsockname()[1]))

    assert result.exit_code == 1
    assert "ist nicht frei" in result.stderr
    assert "choose another with --port" in result.stderr


def test_worker_once_ends(run: Any) -> None:
    assert run("worker", "--once").exit_code == 0
    assert db.session.scalar(select(func.count()).select_from(JournalEntry).where(JournalEntry.sequence.is_(None))) == 0


def test_demo_is_loaded_once_with_a_person_for_every_role_in_every_town(run: Any, app: Flask) -> None:
    first = run("demo", "load")
    count = db.session.scalar(select(func.count()).select_from(Person))
    second = run("demo", "load")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert db.session.scalar(select(func.count()).select_from(Person)) == count
    assert first.stdout == second.stdout
    held: dict[str, set[Role]] = {}
    for person_id in db.session.scalars(select(Person.id).where(Person.password.is_not(None))):
        for actor in actors_of(person_id):
            held.setdefault(actor.municipality_name, set()).update(actor.roles)
    assert {town: set(Role) - roles for town, roles in held.items() if roles != set(Role)} == {}
    assert len(held) == 5
    kathrin = db.session.scalars(select(Person.id).where(Person.name == "Kathrin Böhme")).one()
    assert [actor.municipality_name for actor in actors_of(kathrin)] == ["Königsbrück", "Laußnitz", "Neukirch"]
    answer = app.test_client().post("/anmelden", data={"email": "manfred.kasper", "password": PASSWORD})
    assert answer.status_code == 302
