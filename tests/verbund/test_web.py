"""What every page shares: filters, headers, language, errors."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import abort
from sqlalchemy import select

from commons.access import public
from commons.database import db
from commons.errors import ChangedMeanwhile, NotFound
from commons.letters import Letter
from commons.permissions import Role
from commons.words import say
from tests.procurement.builders import make_upload
from tests.world import sign_in
from verbund import problems, web

pytestmark = pytest.mark.own_app


@pytest.mark.parametrize(
    ("amount", "text"),
    [("1234.5", "1.234,50 €"), ("0.00", "0,00 €"), ("-3.10", "-3,10 €"), ("0.0345", "0,0345 €"), ("100", "100,00 €"), ("1E+3", "1.000,00 €")],
    ids=["thousands", "zero", "negative", "unit_price", "whole", "exponent"],
)
def test_money_is_written_as_germans_do(amount, text):
    assert web.money(Decimal(amount)) == text


@pytest.mark.parametrize(("value", "text"), [(Decimal("1250.500"), "1.250,5"), (7, "7"), ("0.250", "0,25")], ids=["decimal", "int", "text"])
def test_number_is_exact_and_without_needless_zeros(value, text):
    assert web.number(value) == text


def test_moments_are_shown_in_berlin(app_once):
    late = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)

    with app_once.test_request_context():
        shown = (web.day(late), web.clock(late), web.weekday(late), web.moment(late), web.long_day(late))

    assert shown == ("27.11.2026", "00:30", "Fr", "27.11.2026, 00:30 Uhr", "Freitag, 27. November 2026")


def test_day_takes_a_date(app_once):
    with app_once.test_request_context():
        assert (web.day(date(2026, 11, 27)), web.weekday(date(2026, 11, 27))) == ("27.11.2026", "Fr")


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/suche?q=x", "/suche?q=x"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("/a\nb", "/"),
        (None, "/"),
    ],
    ids=["own", "no_scheme", "backslash", "foreign", "line_break", "none"],
)
def test_own_path_never_leads_elsewhere(address, path):
    assert web.own_path(address) == path


def test_page_carries_security_headers(client_once):
    headers = client_once.get("/").headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert {name: headers[name] for name in ("X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options")} == {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
    assert headers["Cache-Control"] == "private, no-cache"


def test_security_header_tells_browsers_to_stay_with_https(client_once):
    assert "Strict-Transport-Security" not in client_once.get("/").headers
    assert client_once.get("/", base_url="https://localhost").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_static_file_is_kept_for_a_year_under_its_version(client_once):
    page = client_once.get("/").get_data(as_text=True)
    address = next(part for part in page.split('"') if part.startswith("/static/verbund.css"))

    with client_once.get(address) as answer:
        kept = answer.cache_control.max_age

    assert "?v=" in address
    assert kept == 31536000


def test_language_is_german_until_the_reader_chooses(client_once):
    before = client_once.get("/").get_data(as_text=True)
    answer = client_once.post("/sprache", data={"language": "en", "next": "/hilfe"})
    after = client_once.get("/").get_data(as_text=True)

    assert '<html lang="de">' in before
    assert (answer.status_code, answer.location) == (302, "/hilfe")
    assert '<html lang="en">' in after


def test_language_that_does_not_exist_changes_nothing(client_once):
    client_once.post("/sprache", data={"language": "xx", "next": "https://elsewhere.example/"})

    assert '<html lang="de">' in client_once.get("/").get_data(as_text=True)


def test_page_names_the_organisation_acted_for(app_once, client_once, world):
    sign_in(client_once, world.actor("laussnitz", Role.CLERK))

    page = client_once.get("/").get_data(as_text=True)

    assert f"Sie handeln für <strong>{world.actor('laussnitz', Role.CLERK).organisation_name}</strong>" in page


def test_demo_banner_stands_only_in_the_demo(app_once, client_once):
    without = client_once.get("/").get_data(as_text=True)
    app_once.config["DEMO"] = True

    assert "Vorführung" not in without
    assert "Vorführung" in client_once.get("/").get_data(as_text=True)


@pytest.fixture
def failing(app_once):
    """A page that fails as its address says."""

    @app_once.route("/fehlt/<what>")
    @app_once.route("/api/fehlt/<what>")
    @public
    def fail(what):
        if what == "missing":
            raise NotFound
        if what == "changed":
            raise ChangedMeanwhile
        if what == "fault":
            raise ValueError("secret detail")
        abort(int(what))

    app_once.config["TESTING"] = app_once.testing = False
    return app_once.test_client()


@pytest.mark.parametrize("status", sorted(problems.PROBLEMS.keys() - {500}))
def test_refusal_is_a_german_page_with_a_way_on(failing, status):
    answer = failing.get(f"/fehlt/{status}")

    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert str(problems.PROBLEMS[status].title) in page
    assert 'href="/anmelden"' in page


@pytest.mark.parametrize(("what", "status"), [("missing", 404), ("changed", 409)])
def test_broken_rule_outside_a_form_has_its_page(failing, what, status):
    assert failing.get(f"/fehlt/{what}").status_code == status


def test_fault_shows_no_detail(failing):
    answer = failing.get("/fehlt/fault")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "Da ist uns ein Fehler unterlaufen" in page
    assert "secret detail" not in page
    assert "Traceback" not in page


@pytest.mark.parametrize(("what", "status"), [("404", 404), ("changed", 409), ("fault", 500)])
def test_api_answers_problems_as_json(failing, what, status):
    answer = failing.get(f"/api/fehlt/{what}")

    assert answer.mimetype == "application/problem+json"
    assert (answer.json["status"], answer.status_code) == (status, status)
    assert answer.json["title"]


def test_form_from_a_page_open_too_long_gives_back_what_was_typed(app_once, client_once):
    app_once.config["WTF_CSRF_ENABLED"] = True

    answer = client_once.post("/feedback", data={"text": "Ein langer Text", "password": "geheim"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Die Seite war zu lange offen" in page
    assert "Ein langer Text" in page
    assert "geheim" not in page


def test_said_leaves_ready_html_alone_and_escapes_the_rest(app_once):
    with app_once.test_request_context():
        page = app_once.jinja_env.from_string("{{ text | said }}{{ none | said }}").render(text=say("%(name)s", name="<b>"))

    assert page == "&lt;b&gt;"


@pytest.mark.parametrize("address", ["/suche?q=%00", "/hilfe/%00"])
def test_a_nul_in_an_address_is_refused(client_once, address):
    assert client_once.get(address).status_code == 400


def test_forms_clean_texts_that_no_keyboard_makes(client_once):
    answer = client_once.post("/feedback", data={"text": "Der Knopf\x00 fehlt", "reply_to": "", "page": "/"})

    assert answer.status_code == 302
    bodies = [str(letter.body) for letter in db.session.scalars(select(Letter))]
    assert any("Der Knopf fehlt" in body for body in bodies)


TOO_LONG = "9" * 30


def test_a_number_that_no_database_keeps_is_the_number_of_nothing(client, world):
    clerk = world.actor("bernsdorf", Role.CLERK)
    upload = make_upload(content="Artikel;Menge;Einheit\nBeutel;1.250;Stück\n".encode(), by=clerk)
    page = f"/beschaffung/hochgeladen/{upload.id}"
    sign_in(client, clerk)

    answers = [
        client.get(f"/beschaffung/hochgeladen/{TOO_LONG}"),
        client.get(f"{page}?seite={TOO_LONG}"),
        client.post(f"{page}/antworten", data={"hidden": TOO_LONG}),
        client.post(f"{page}/zahler", data={"rows": TOO_LONG, "payer": "Bernsdorf"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "Diese Seite gibt es nicht" in answers[0].get_data(as_text=True)


def test_another_overflow_stays_a_fault(app_once, client_once):
    app_once.config["PROPAGATE_EXCEPTIONS"] = False
    app_once.add_url_rule("/overflow", view_func=public(_overflow))

    assert client_once.get("/overflow").status_code == 500


def _overflow() -> str:
    raise OverflowError("cannot convert float infinity to integer")
