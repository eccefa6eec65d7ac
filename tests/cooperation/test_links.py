import pytest

from commons.database import write
from commons.errors import NotFound
from commons.permissions import Permission, Role
from cooperation import links, queries
from tests.cooperation.builders import make_measure


def attach(measure, subject_id=7, title="Kehrmaschine", **more):
    return write(links.attach, measure.id, "resource", subject_id, title, "cooperation.list_measures", {}, **more)


def test_attach_hangs_a_thing_on_its_measure(world):
    measure = make_measure()

    attach(measure)

    assert links.measure_of("resource", 7).id == measure.id
    assert links.measure_of("bundle", 7) is None
    assert [link.title for link in queries.links_of(measure, world.actor("ossling", Role.YARD_WORKER))] == ["Kehrmaschine"]


def test_attach_again_moves_and_renames(app):
    first, second = make_measure(), make_measure(number=901)

    link = attach(first)
    again = attach(second, title="Kompaktkehrmaschine")

    assert (again.id, again.measure_id, again.title) == (link.id, second.id, "Kompaktkehrmaschine")


def test_attach_to_an_unknown_measure_is_not_found(app):
    with pytest.raises(NotFound):
        write(links.attach, 9999, "resource", 7, "X", "cooperation.list_measures", {})


def test_detach_frees_the_thing_and_may_be_repeated(app):
    attach(make_measure())

    write(links.detach, "resource", 7)
    write(links.detach, "resource", 7)

    assert links.measure_of("resource", 7) is None


def test_links_of_hides_what_the_person_may_not_open(world):
    measure = make_measure()

    attach(measure, permission=Permission.BUNDLE_READ)

    assert queries.links_of(measure, world.actor("ossling", Role.YARD_WORKER)) == []
    assert len(queries.links_of(measure, world.actor("ossling", Role.CLERK))) == 1
