"""The people of the template by town and role."""

import time

from sqlalchemy import select

from commons.access import ACTING_FOR
from commons.database import db
from commons.municipalities import Municipality, Organisation
from commons.people import Actor, Person, actors_of
from commons.permissions import Role

TOWNS = ("bernsdorf", "koenigsbrueck", "laussnitz", "neukirch", "ossling")


class World:
    """Find the people and places of the template."""

    def person_id(self, town: str, role: Role) -> int:
        """Return the number of the person with this role in a town."""
        return db.session.scalars(select(Person.id).where(Person.email == f"{role.value}@{town}.example")).one()

    def actor(self, town: str, role: Role) -> Actor:
        """Return the person with this role in a town, acting for the own organisation."""
        return actors_of(self.person_id(town, role))[0]

    @property
    def stranger(self) -> Actor:
        """Return the clerk of a town that is no member."""
        return self.actor("schwepnitz", Role.CLERK)

    def municipality_id(self, town: str) -> int:
        """Return the number of a municipality."""
        return db.session.scalars(select(Municipality.id).where(Municipality.key == town)).one()

    def organisation_id(self, key: str) -> int:
        """Return the number of an organisation."""
        return db.session.scalars(select(Organisation.id).where(Organisation.key == key)).one()


def sign_in(client, actor: Actor) -> None:  # type: ignore[no-untyped-def]
    """Sign a person in and let the person act for the organisation."""
    person = db.session.get_one(Person, actor.person_id)
    with client.session_transaction() as session:
        session["_user_id"] = person.fs_uniquifier
        session["_fresh"] = True
        session["fs_paa"] = time.time()  # has just proved who it is
        session[ACTING_FOR] = actor.organisation_id
