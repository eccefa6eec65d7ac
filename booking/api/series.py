"""Preview and book series."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, jsonify, request
from flask_babel import gettext
from flask_smorest import Blueprint

from booking import series
from booking.api.schemas import SeriesDatesSchema, SeriesPreviewSchema, SeriesRequestSchema, SeriesSchema
from booking.api.typed import also, answers, arguments, guard, problem, repeats, route
from booking.api.wire import any_of, iso, key_of, period_of, wishes_of
from booking.models import Series
from booking.occupying import Wish
from booking.placing import Details
from booking.queries.fleet import keys_of
from booking.queries.series import who_holds
from booking.rules.rrule import parsed
from booking.series import Choice, Plan, Planned, SeriesTaken
from commons.access import current_actor, token_required
from commons.calendar_days import berlin, today_of
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from commons.words import say


class AnyInSeries(RuleBroken):
    """Every date of a series is for the same devices."""

    def __init__(self) -> None:
        super().__init__(say("Eine Serie nennt ihre Geräte. „any“ gibt es nur bei einzelnen Buchungen."), field="any")


blueprint = Blueprint("api-series", __name__, url_prefix="/api/v1/series", description="Serien")
guard(blueprint)


@route(blueprint, "/preview", method="POST")
@token_required(Permission.BOOKING_REQUEST)
@arguments(blueprint, SeriesPreviewSchema)
@answers(blueprint, 200, SeriesDatesSchema)
@also(blueprint, 400, 401, 403, 404, 422)
def preview(data: dict[str, Any]) -> Response:
    """Say of every date whether it is free, what stands in its way and what would be free instead; writes nothing."""
    shown = series.preview(_wishes(data), _plan(data), by=current_actor)
    return jsonify({"items": _dates(shown.dates), "next": None})


@route(blueprint, "", method="POST")
@token_required(Permission.BOOKING_REQUEST)
@arguments(blueprint, SeriesRequestSchema)
@answers(blueprint, 201, SeriesSchema)
@repeats(blueprint, SeriesSchema)
@also(blueprint, 400, 401, 403, 404, 409, 422)
def create(data: dict[str, Any]) -> Response:
    """Book all dates or none, the free ones, or chosen ones; the answer names the fate of every date, 200 when the same key asked before."""
    try:
        made = write(
            series.book,
            _wishes(data),
            _plan(data),
            choice=Choice(data["choice"]),
            details=Details(purpose=data["purpose"], note=data["note"]),
            by=current_actor,
            chosen=data["dates"],
            idempotency_key=key_of(request.headers.get("Idempotency-Key")),
        )
    except SeriesTaken as taken:
        return problem(409, taken.message, {"rivals": _rivals(taken.conflicts), "alternatives": [], "conflicts": _dates(taken.conflicts)})
    return _told(made)


def _wishes(data: dict[str, Any]) -> list[Wish]:
    """Read which devices are meant: a series holds the same on every date."""
    if any_of(data) is not None:
        raise AnyInSeries
    return wishes_of(data, current_actor)


def _plan(data: dict[str, Any]) -> Plan:
    """Read the first date as Berlin wall time; the others keep it."""
    period = period_of(data)
    first = today_of(period.start)
    start, end = berlin(period.start).time(), berlin(period.end).time()
    return Plan(rule=parsed(data["rrule"], first=first), start=start, end=end, days=(today_of(period.end) - first).days)


def _dates(dates: Sequence[Planned]) -> list[dict[str, Any]]:
    rivals = [rival for planned in dates for rival in planned.rivals]
    who, keys = who_holds(rivals, current_actor), keys_of(rival.resource_id for rival in rivals)
    return [
        {
            "day": planned.day.isoformat(),
            "start": iso(planned.period.start) if planned.period else None,
            "end": iso(planned.period.end) if planned.period else None,
            "free": planned.is_free,
            "reason": planned.refusal.message.said(gettext) if planned.refusal else planned.skipped,
            "rivals": [_rival(rival, who, keys) for rival in planned.rivals],
            "alternative": {"start": iso(planned.alternative.start), "end": iso(planned.alternative.end)} if planned.alternative else None,
        }
        for planned in dates
    ]


def _rival(rival: Any, who: dict[int, str], keys: dict[int, str]) -> dict[str, str]:
    fact = {"resource": keys[rival.resource_id], "start": iso(rival.period.start), "end": iso(rival.period.end)}
    return {**fact, "who": who[rival.booking_id]} if rival.booking_id in who else fact


def _rivals(dates: Iterable[Planned]) -> list[dict[str, str]]:
    dates = list(dates)
    rivals = [rival for planned in dates for rival in planned.rivals]
    who, keys = who_holds(rivals, current_actor), keys_of(rival.resource_id for rival in rivals)
    return [_rival(rival, who, keys) for rival in rivals]


def _told(made: Series) -> Response:
    fates = [{"day": one.day.isoformat(), "fate": one.fate.value, "booking": one.booking_id} for one in made.dates]
    response = jsonify({"id": made.id, "dates": fates})
    response.status_code = 200 if made.repeated else 201
    return response
