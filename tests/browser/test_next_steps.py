"""Every page that somebody of any role reaches in the demo is open, named in the breadcrumb, and offers exactly one next step."""

import re

from sqlalchemy import select

from commons.database import db
from commons.people import Actor, Person, actors_of
from tests.browser.test_pages import endpoint_of
from tests.pages import next_steps_on
from tests.world import sign_in

LINK = re.compile(r'href="(/[^"#]*)')
LEADING = "Königsbrück"
BYSTANDERS = ("petra.haensel@neukirch.example", "dietmar.rietschel@neukirch.example")  # beside what the others do


def one_of_each_role() -> list[Actor]:
    """Return people who hold every role between them in the town that leads, and two from one that stands beside."""
    found: dict[object, Actor] = {}
    for person in db.session.scalars(select(Person).where(Person.active).order_by(Person.id)):
        for actor in actors_of(person.id):
            if actor.municipality_name == LEADING:
                found.setdefault(tuple(sorted(actor.roles)), actor)
            elif person.email in BYSTANDERS:
                found[person.email] = actor
    return list(found.values())


def pages_of(app, client):
    """Yield each page that can be reached by links, one of each kind."""
    waiting, seen = ["/"], {None, "static"}
    while waiting:
        path = waiting.pop(0)
        answer = client.get(path)
        if answer.mimetype != "text/html":
            continue
        text = answer.get_data(as_text=True)
        yield path, answer.status_code, text
        for link in (found.replace("&amp;", "&") for found in LINK.findall(text)):
            endpoint = endpoint_of(app, link)
            if endpoint not in seen:
                seen.add(endpoint)
                waiting.append(link)


def faults_of(status: int, text: str) -> list[str]:
    """Return what a page lacks."""
    if status != 200:
        return [f"status {status}"]
    crumbs = [] if 'class="crumbs"' in text else ["no breadcrumb"]
    return crumbs if next_steps_on(text) == 1 else [*crumbs, f"{next_steps_on(text)} next steps"]


def test_every_page_of_every_role_is_open_and_has_one_next_step(server):
    with server.app.app_context():
        people = one_of_each_role()
    faults, walked = {}, 0

    for actor in people:
        client = server.app.test_client()
        with server.app.app_context():
            sign_in(client, actor)
        for path, status, text in pages_of(server.app, client):
            walked += 1
            if found := faults_of(status, text):
                faults[f"{path} for {actor.person_name}, {actor.organisation_name}"] = found

    assert faults == {}
    assert walked > 35 * len(people)
