"""An open plan keeps up to date, and a booking is dragged to another day."""

from datetime import timedelta

from sqlalchemy import select

from booking import reserving
from booking.models import Resource
from booking.occupying import Wish
from booking.periods import Period
from booking.reserving import Details
from commons import clock
from commons.calendar_days import day_bounds, today_of, week_days
from commons.database import db, write
from commons.municipalities import Municipality
from tests.browser.serving import actor_of
from tests.world import sign_in

MEMBERS = ("bernsdorf", "koenigsbrueck", "laussnitz", "neukirch", "ossling")
HEAD = "gerd.petschel@bernsdorf.example"


def test_plan_shows_what_others_book_meanwhile_and_lets_a_booking_be_dragged(server, browser):
    monday = week_days(today_of(clock.now()) + timedelta(days=70))[0]
    complaints: list[str] = []
    context = server.visit(browser, HEAD)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    page.goto(f"/buchung/woche?tag={monday.isoformat()}")
    assert page.locator(".week__mark:has-text('Markt')").count() == 0

    with server.app.app_context():
        head = actor_of(HEAD)
        device = db.session.scalars(select(Resource).where(Resource.owner_id == head.organisation_id, Resource.retired_at.is_(None))).first()
        start = day_bounds(monday)[0] + timedelta(hours=9)
        wish, period = [Wish(resource_id=device.id)], Period(start, start + timedelta(hours=2))
        placed = write(reserving.request_booking, wish, period, details=Details(purpose="Markt"), by=head)
        db.session.remove()
    mark = page.locator(f"[data-move='/buchung/{placed.id}/verlegen']")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    mark.wait_for()
    with page.expect_response(lambda answer: "stand=1" in answer.url) as unchanged:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert unchanged.value.status == 304

    row = mark.locator("xpath=ancestor::tr")
    mark.drag_to(row.locator(f"[data-day='{(monday + timedelta(days=2)).isoformat()}']"))
    page.wait_for_url("**/verlegen?tage=2")
    assert page.input_value("[name=start_day]") == (monday + timedelta(days=2)).isoformat()
    page.click("main form button[type=submit]")
    page.wait_for_url(f"**/buchung/{placed.id}")

    assert f"{monday + timedelta(days=2):%d.%m.%Y}, 09:00" in page.locator("main").inner_text()
    assert complaints == []
    context.close()


def test_demo_shows_a_lively_week_in_every_municipality(server):
    client = server.app.test_client()
    with server.app.app_context():
        sign_in(client, actor_of(HEAD))
        places = {place.name: place.id for place in db.session.scalars(select(Municipality)) if place.key in MEMBERS}
        db.session.remove()

    marks = {name: client.get(f"/buchung/woche?gemeinde={id_}").get_data(as_text=True).count("week__mark--") for name, id_ in places.items()}

    assert len(marks) == 5
    assert min(marks.values()) >= 3
