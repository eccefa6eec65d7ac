"""The commands that fill an association, called as on the command line."""

import pytest
from click.testing import CliRunner

from commons.people import find_person
from verbund.commands import main


@pytest.fixture
def run(app_once, database_url, monkeypatch):
    """Call `verbund …` on the database of the test."""
    monkeypatch.setenv("VERBUND_DATABASE_URL", database_url)
    monkeypatch.setenv("VERBUND_SECRET_KEY", "s" * 40)
    return lambda *words: CliRunner().invoke(main, list(words))


def test_begin_says_what_it_added_and_nothing_the_second_time(run):
    answer = run("begin")

    assert answer.exit_code == 0
    assert answer.stderr == "Added: 0 municipality, 0 organisation, 0 rule_value, 0 working_group, 0 measure, 0 resource_category.\n"


def test_begin_prints_the_link_of_the_first_administrator_alone(run):
    answer = run("begin", "--first-administrator", "neu@ossling.example", "--name", "Nora Neu", "--organisation", "verwaltung-ossling")

    assert answer.exit_code == 0
    assert "/konto/einrichten/" in answer.stdout
    assert answer.stdout.count("\n") == 1
    assert find_person("neu@ossling.example").name == "Nora Neu"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--first-administrator", "a@b.example"], 2, "needs --name and --organisation"),
        (["--first-administrator", "a@b.example", "--name", "A", "--organisation", "nirgends"], 1, "Die Organisation „nirgends“ gibt es nicht."),
        (["--data", "/dev"], 1, "Im Ordner fehlt die Datei „municipalities.csv“."),
    ],
    ids=["half_a_person", "nowhere", "no_rows"],
)
def test_begin_refuses_in_a_sentence(run, words, code, sentence):
    answer = run("begin", *words)

    assert answer.exit_code == code
    assert sentence in answer.stderr


def test_people_import_takes_a_filled_in_template(run, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Name;E-Mail;Organisation;Rolle\nJana;jana@bernsdorf.example;Bauhof Bernsdorf;Bauhof\n", encoding="utf-8")

    answer = run("people", "import", str(file), "--by", "administrator@bernsdorf.example")

    assert (answer.exit_code, answer.stderr) == (0, "1 people added, 1 roles given.\n")


def test_people_import_prints_every_fault_with_its_cell(run, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Name;E-Mail;Organisation;Rolle\nJana;;Bauhof Oßling;Bauhof\n", encoding="utf-8")

    answer = run("people", "import", str(file), "--by", "administrator@bernsdorf.example")

    assert answer.exit_code == 1
    assert "C2 „Bauhof Oßling“: Diese Organisation gibt es nicht" in answer.stderr
    assert "Es wurde nichts übernommen." in answer.stderr


def test_resources_import_takes_the_rows_of_the_own_yard(run, tmp_path):
    file = tmp_path / "devices.csv"
    file.write_text(
        "key,name_de,category,owner,kind,site,measure_number\nneu,Neues Gerät,lifting,bauhof-bernsdorf,single,Bauhof Bernsdorf,31\n", encoding="utf-8"
    )

    answer = run("resources", "import", str(file), "--by", "building_yard_head@bernsdorf.example")

    assert (answer.exit_code, answer.stderr) == (0, "1 devices registered.\n")


@pytest.mark.parametrize(("noun", "mail"), [("people", "administrator@bernsdorf.example"), ("resources", "building_yard_head@bernsdorf.example")])
def test_template_is_written_for_those_who_may(run, tmp_path, noun, mail):
    file = tmp_path / "template.xlsx"

    assert run(noun, "template", str(file), "--by", mail).exit_code == 0
    assert file.read_bytes().startswith(b"PK")
    assert run(noun, "template", str(file), "--by", "yard_worker@bernsdorf.example").exit_code == 1
    assert run(noun, "template", str(file), "--by", "niemand@bernsdorf.example").exit_code == 1


def test_begin_alone_makes_an_association_out_of_an_empty_database(run, monkeypatch, tmp_path):
    monkeypatch.setenv("VERBUND_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")

    refused = run("people", "list")
    begun = run("begin", "--first-administrator", "neu@ossling.example", "--name", "Nora Neu", "--organisation", "verwaltung-ossling")

    assert (refused.exit_code, "Run `verbund upgrade`" in refused.stderr) == (1, True)
    assert (begun.exit_code, "Added: 5 municipality" in begun.stderr) == (0, True)
    assert "neu@ossling.example\tNora Neu\tadministrator@verwaltung-ossling" in run("people", "list").stdout
