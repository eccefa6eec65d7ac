"""The house guards itself."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from commons.database import Base, db
from commons.permissions import PERMISSIONS_OF, Permission, Role
from tests.pages import next_steps_on
from tests.world import TOWNS, World, sign_in
from verbund.blueprints import PLACES
from verbund.navigation import MENU

ROOT = Path(__file__).parent.parent
FLOORS = ("commons", "cooperation", "procurement", "booking", "verbund")
LONGEST_FILE = 350
# Routes of libraries, guarded by themselves.
IMPORT = re.compile(r'{%-? from "[^"]+" import ([^%]+?)(?: with context)? -?%}')
FOREIGN = ("static", "security.", "api-docs.", "wan_")


def own_rules(app):
    return [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith(FOREIGN)]


def test_every_place_of_the_house_is_built(app_once):
    endpoints = {rule.endpoint.split(".")[0] for rule in own_rules(app_once)}

    assert {"home", "account", "administration", "cooperation", "intake", "bundling", "reserving", "fleet", "calendar"} <= endpoints
    assert len(PLACES) == 6


def test_every_route_names_a_permission_or_is_public(app_once):
    open_doors = [rule.endpoint for rule in own_rules(app_once) if not hasattr(app_once.view_functions[rule.endpoint], "__guard__")]

    assert open_doors == []


def test_every_entry_of_the_menu_leads_to_a_page(app_once):
    wanted = {entry.endpoint for group in MENU for entry in group.entries}

    assert wanted - set(app_once.view_functions) == set()


def test_every_role_has_permissions_and_every_permission_a_role():
    assert set(PERMISSIONS_OF) == set(Role)
    assert frozenset().union(*PERMISSIONS_OF.values()) == set(Permission)


def test_every_permission_is_asked_for_somewhere():
    source = "".join(path.read_text() for floor in (*FLOORS, "templates") for path in (ROOT / floor).rglob("*.*") if path.suffix in {".py", ".html"})
    table = (ROOT / "commons" / "permissions.py").read_text()

    assert [one.name for one in Permission if len(re.findall(rf"\b{one.name}\b", source)) == len(re.findall(rf"\b{one.name}\b", table))] == []


def test_permissions_stand_in_the_order_of_the_alphabet():
    assert [permission.name for permission in Permission] == sorted(permission.name for permission in Permission)


def test_migrations_lead_to_the_tables_of_the_models(app):
    context = MigrationContext.configure(db.session.connection(), opts={"compare_type": True, "target_metadata": Base.metadata})

    assert compare_metadata(context, Base.metadata) == []


def test_every_foreign_key_and_check_has_a_name():
    nameless = [f"{table.name}: {constraint}" for table in Base.metadata.sorted_tables for constraint in table.constraints if not constraint.name]

    assert nameless == []


def test_sqlite_keeps_its_triggers(app_once):
    triggers = {row[0] for row in db.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))}

    assert {"journal_entry_stays", "journal_entry_unchanged"} <= triggers
    assert len(triggers) >= 4


@pytest.mark.parametrize("floor", FLOORS)
def test_no_file_is_a_junk_drawer(floor):
    long = [f"{path.relative_to(ROOT)}: {count}" for path in (ROOT / floor).rglob("*.py") if (count := len(path.read_text().splitlines())) > LONGEST_FILE]
    named = [path.name for path in (ROOT / floor).rglob("*.py") if path.stem in {"utils", "util", "helpers", "helper", "misc", "manager", "common"}]

    assert long == []
    assert named == []


def test_own_stylesheet_stays_small():
    assert len((ROOT / "static" / "verbund.css").read_text().splitlines()) < 400


def test_templates_carry_no_inline_style_or_script():
    for path in (ROOT / "templates").rglob("*.html"):
        source = path.read_text()
        assert not re.search(r'\sstyle="', source), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", source), path
        assert not re.search(r'\son[a-z]+="', source), path


def test_a_page_imports_only_the_macros_it_calls():
    pages = {path.relative_to(ROOT / "templates").as_posix(): path.read_text() for path in (ROOT / "templates").rglob("*.html")}
    frames = {frame for source in pages.values() for frame in re.findall(r'extends "([^"]+)"', source)}  # what a frame imports, its pages call

    for name in pages.keys() - frames:
        called = IMPORT.sub("", pages[name]) + "".join(pages[part] for part in re.findall(r'include "([^"]+)"', pages[name]))
        imported = [one.split(" as ")[-1].strip() for names in IMPORT.findall(pages[name]) for one in names.split(",")]
        assert [one for one in imported if not re.search(rf"\b{one}\b", called)] == [], name


def plain_pages(app):
    """Return the pages that need no number in their address."""
    return sorted(
        (rule for rule in own_rules(app) if "GET" in rule.methods and not rule.arguments and not rule.rule.startswith("/api")), key=lambda rule: rule.rule
    )


def expected_status(guard, actor):
    if guard == "public":
        return {200, 302, 410}
    if actor is None:
        return {302}
    if guard == "signed_in" or any(actor.may(permission) for permission in guard):
        return {200, 302}
    return {403}


def everybody():
    world = World()
    members = [world.actor(town, role) for town in TOWNS[:1] for role in Role]
    return [None, world.stranger, *members]


def test_every_page_shows_itself_to_those_who_may_see_it(app_once):
    for actor in everybody():
        client = app_once.test_client()
        if actor is not None:
            sign_in(client, actor)
        for rule in plain_pages(app_once):
            answer = client.get(rule.rule)
            expected = expected_status(app_once.view_functions[rule.endpoint].__guard__, actor)
            assert answer.status_code in expected, f"{rule.rule} for {actor and actor.roles}: {answer.status_code}, expected {expected}"
            if answer.status_code == 200 and answer.mimetype == "text/html":
                page = answer.get_data(as_text=True)
                assert next_steps_on(page) == 1, f"{rule.rule} for {actor and actor.roles}: not exactly one next step"
                assert 'class="crumbs"' in page, f"{rule.rule} lacks its breadcrumb"


def test_a_foreign_number_is_a_page_that_does_not_exist(app_once):
    client = app_once.test_client()
    sign_in(client, World().actor("bernsdorf", Role.CLERK))
    numbered = [rule for rule in own_rules(app_once) if "GET" in rule.methods and rule.arguments and not rule.rule.startswith(("/api", "/hilfe", "/kalender"))]

    for rule in numbered:
        address = re.sub(r"<int:[a-z_]+>", "999999", re.sub(r"<(?:string:)?[a-z_]+>", "unbekannt", rule.rule))
        assert client.get(address).status_code in {403, 404}, address
