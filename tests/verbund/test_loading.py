import csv
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from commons.calendar_days import today_of
from commons.clock import now
from commons.database import db, write
from commons.municipalities import Municipality, Organisation, find_organisation
from commons.people import Membership, find_person
from commons.permissions import Role
from commons.rule_values import RuleValue, value_on
from commons.shipped import rows
from cooperation.models import Measure, WorkingGroup
from cooperation.stages import Stage
from tests import template
from verbund import loading, schema
from verbund.loading import FileMissing, OrganisationUnknown, RowFault


@pytest.fixture
def empty(tmp_path):
    """An application on a database without a single row."""
    made = template.make_app(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    with made.app_context():
        schema.migrate()
        yield made
        db.session.remove()
        db.engine.dispose()


def write_table(folder, name, *lines):
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def three_towns(tmp_path):
    """The rows of another association: three invented towns."""
    folder = tmp_path / "towns"
    folder.mkdir()
    write_table(folder, "municipalities.csv", "key,name,kind", "aue,Auental,town", "berg,Bergdorf,municipality", "choz,Chóźnice,municipality")
    write_table(
        folder,
        "organisations.csv",
        "key,municipality,kind,name_de,parent",
        "hof-berg,berg,building_yard,Bauhof Bergdorf,amt-aue",
        "amt-aue,aue,administration,Stadt Auental,",
        "amt-choz,choz,administration,Gemeinde Chóźnice,amt-aue",
    )
    return folder


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_begin_makes_the_association_of_the_shipped_rows(app):
    assert count(Municipality) == 6  # five members and the stranger of the tests
    assert (count(Organisation), count(WorkingGroup), count(Measure)) == (38, 5, 49)
    assert db.session.scalar(select(Municipality.sorbian_name).where(Municipality.key == "laussnitz")) == "Łužnica"
    assert find_organisation("verwaltung-neukirch").parent.key == "verwaltung-koenigsbrueck"


def test_begin_again_adds_nothing_and_keeps_what_people_changed(app):
    db.session.scalars(select(Measure).where(Measure.number == 32)).one().stage = Stage.RUNNING
    db.session.commit()

    added = write(loading.begin)

    assert set(added.values()) == {0}
    assert db.session.scalars(select(Measure.stage).where(Measure.number == 32)).one() is Stage.RUNNING


@pytest.mark.parametrize(
    ("day", "amount"),
    [(date(2023, 12, 31), 215000), (date(2024, 1, 1), 221000), (date(2026, 11, 25), 216000)],
    ids=["before_2024", "2024", "today"],
)
def test_begin_dates_the_rule_values(app, day, amount):
    value = value_on("eu", "eu_threshold", day, "supplies")

    assert (value.amount, value.comparison, value.confirmed) == (Decimal(amount), ">=", True)


def test_begin_never_puts_into_force_what_has_no_beginning(app):
    assert db.session.scalars(select(RuleValue.valid_from).where(RuleValue.regime == "uvgo").distinct()).all() == [None]


def test_begin_loads_another_association_with_the_law_but_without_the_measures(empty, three_towns):
    added = write(loading.begin, three_towns)

    assert db.session.scalars(select(Municipality.name).order_by(Municipality.name)).all() == ["Auental", "Bergdorf", "Chóźnice"]
    assert (added["organisation"], added["measure"], added["working_group"]) == (3, 0, 0)
    assert value_on("eu", "eu_threshold", date(2026, 11, 25), "supplies").amount == Decimal(216000)
    assert find_organisation("hof-berg").parent.key == "amt-aue"


def test_begin_asks_for_the_members_of_another_association(empty, three_towns):
    (three_towns / "organisations.csv").unlink()

    with pytest.raises(FileMissing) as refusal:
        write(loading.begin, three_towns)

    assert refusal.value.file == "organisations.csv"


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("x,nirgends,administration,Amt X,", "municipality"),
        ("x,aue,circus,Amt X,", "kind"),
        ("x,aue,administration,,", "name_de"),
        (",aue,administration,Amt X,", "key"),
        ("x,aue,administration,Amt X,niemand", "parent"),
    ],
    ids=["unknown_town", "unknown_kind", "no_name", "no_key", "unknown_parent"],
)
def test_begin_names_the_cell_it_cannot_read_and_stores_nothing(empty, three_towns, line, column):
    write_table(three_towns, "organisations.csv", "key,municipality,kind,name_de,parent", "amt-aue,aue,administration,Stadt Auental,", line)

    with pytest.raises(RowFault) as refusal:
        write(loading.begin, three_towns)

    assert (refusal.value.file, refusal.value.line, refusal.value.column) == ("organisations.csv", 3, column)
    assert count(Municipality) == 0


def test_add_first_administrator_gives_the_link_for_the_first_password(empty, three_towns):
    write(loading.begin, three_towns)

    secret = write(loading.add_first_administrator, "Anna@Auental.example", "Anna Łuschka", "amt-aue")

    person = find_person("anna@auental.example")
    (membership,) = db.session.scalars(select(Membership).where(Membership.person_id == person.id)).all()
    assert (membership.role, membership.organisation.key, membership.from_day) == (Role.ADMINISTRATOR, "amt-aue", today_of(now()))
    assert empty.test_client().get(f"/konto/einrichten/{secret}").status_code == 200
    assert write(loading.add_first_administrator, "anna@auental.example", "Anna", "amt-aue") is None


def test_add_first_administrator_refuses_an_unknown_organisation(empty, three_towns):
    write(loading.begin, three_towns)

    with pytest.raises(OrganisationUnknown):
        write(loading.add_first_administrator, "a@b.example", "A", "amt-nirgends")


TABLES = [path.name for path in sorted(loading.FOLDER.glob("*.csv"))]


@pytest.mark.parametrize("name", TABLES)
def test_every_shipped_row_fills_its_columns(name):
    with (loading.FOLDER / name).open(encoding="utf-8", newline="") as file:
        widths = {len(row) for row in csv.reader(file)}

    assert len(widths) == 1


@pytest.mark.parametrize(
    "name", ["municipalities.csv", "measures.csv", "rule_values.csv", "resources.csv", "tariffs.csv", "inspections.csv", "qualifications.csv"]
)
def test_every_shipped_row_says_whether_it_is_confirmed(name):
    assert {row["confirmed"] for row in rows(name)} <= {"yes", "no"}


def test_shipped_devices_point_to_what_exists():
    known = {name: {row["key"] for row in rows(f"{name}.csv")} for name in ("organisations", "categories", "inspections", "qualifications", "resources")}
    booking = {row["number"] for row in rows("measures.csv") if row["wing"] == "booking"}

    for row in rows("resources.csv"):
        assert row["owner"] in known["organisations"]
        assert row["category"] in known["categories"]
        assert row["measure_number"] in booking
        assert set(filter(None, row["inspections"].split("|"))) <= known["inspections"]
        assert set(filter(None, row["required_qualifications"].split("|"))) <= known["qualifications"]
    assert {row["resource"] for row in rows("tariffs.csv")} | {row["resource"] for row in rows("sample_inspections.csv")} <= known["resources"]


def test_shipped_devices_are_marked_as_invented():
    assert {(row["source"], row["confirmed"]) for row in rows("resources.csv")} == {("Beispiel, erfunden", "no")}
    assert {row["ratings"] for row in rows("measures.csv")} == {"invented"}
