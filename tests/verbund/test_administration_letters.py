"""The outbox of the own municipality: what failed, what is printed."""

from flask.testing import FlaskClient

from commons import letters
from commons.database import db, write
from commons.letters import Letter, LetterStage
from commons.permissions import Role
from commons.words import say
from tests.world import World, sign_in

PEOPLE = "/verwaltung/personen"


def post_letter(person_id: int, stage: LetterStage) -> int:
    def _post() -> int:
        letter = letters.post(person_id, say("Ihre Buchung"), [say("Zugesagt.")])
        letter.stage, letter.error = stage, "550 unknown"
        db.session.flush()
        return letter.id

    return write(_post)


def test_letters_that_failed_are_counted_shown_and_sent_again(client: FlaskClient, world: World) -> None:
    clerk = world.actor("bernsdorf", Role.CLERK)
    sign_in(client, clerk)
    letter_id = post_letter(world.person_id("bernsdorf", Role.YARD_WORKER), LetterStage.FAILED)
    post_letter(world.person_id("ossling", Role.CLERK), LetterStage.BOUNCED)

    start, page = client.get("/").get_data(as_text=True), client.get("/verwaltung/briefe").get_data(as_text=True)
    client.post(f"/verwaltung/briefe/{letter_id}/erneut")

    assert "Briefe, die nicht verschickt werden konnten: 1" in start
    assert "zurückkamen" not in start
    assert "550 unknown" in page
    assert db.session.get_one(Letter, letter_id, populate_existing=True).stage is LetterStage.WAITING


def test_letters_of_other_municipalities_do_not_exist(client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("bernsdorf", Role.CLERK))
    foreign = post_letter(world.person_id("ossling", Role.CLERK), LetterStage.FAILED)

    assert client_once.post(f"/verwaltung/briefe/{foreign}/erneut").status_code == 404
    assert client_once.post(f"/verwaltung/briefe/{foreign}/auf-papier").status_code == 404


def test_letters_are_printed_and_marked(client: FlaskClient, world: World) -> None:
    clerk = world.actor("bernsdorf", Role.CLERK)
    sign_in(client, clerk)
    worker = world.person_id("bernsdorf", Role.YARD_WORKER)
    ours, foreign = post_letter(worker, LetterStage.TO_PRINT), post_letter(world.person_id("ossling", Role.CLERK), LetterStage.TO_PRINT)

    page = client.get("/verwaltung/briefe/drucken").get_data(as_text=True)
    client.post("/verwaltung/briefe/gedruckt", data={"letter": [ours, foreign]})

    assert page.count('<article class="letter">') == 1
    letter = db.session.get_one(Letter, ours, populate_existing=True)
    assert (letter.stage, letter.printed_by_id) == (LetterStage.PRINTED, clerk.person_id)
    assert db.session.get_one(Letter, foreign, populate_existing=True).stage is LetterStage.TO_PRINT


def test_letter_with_secret_link_shows_it_to_nobody(client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("bernsdorf", Role.CLERK))
    write(letters.post_confidential, world.person_id("bernsdorf", Role.MAYOR), say("Neues Kennwort"), [say("Verweis")], link="/kennwort-vergessen/geheim")

    pages = [client_once.get(f"/verwaltung/briefe{page}").get_data(as_text=True) for page in ("", "/drucken")]

    assert "Neues Kennwort" in pages[0]
    assert not any("geheim" in page for page in pages)


def test_letters_page_says_that_no_mail_server_is_set(client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("bernsdorf", Role.CLERK))

    page = client_once.get("/verwaltung/briefe").get_data(as_text=True)

    assert "Es ist kein Mailserver eingerichtet" in page
    assert "Der Hintergrunddienst läuft nicht" in page
