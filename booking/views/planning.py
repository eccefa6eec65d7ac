"""Plans of many devices by day, week and month: filtered, printable, and kept up to date while they are open."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from booking.models import Category, Resource, Site
from booking.queries.fleet import resources
from booking.queries.week import Week, month_days, plan_of
from booking.views.reserving import blueprint
from commons import clock
from commons.access import acting, current_actor, permission_required
from commons.calendar_days import today_of, week_days
from commons.forms import named
from commons.municipalities import Municipality
from commons.permissions import Permission

LONGEST_NUMBER = 16  # digits: no database counts further
DATES: dict[str, Callable[[date], Sequence[date]]] = {"day": lambda day: [day], "week": week_days, "month": month_days}


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Say which devices a plan shows, and offer what else could be chosen."""

    art: int | None
    ort: int | None
    gemeinde: int | None
    fleet: Sequence[Resource]

    @property
    def kept(self) -> dict[str, int | str]:
        """Return what links carry along."""
        return {"art": self.art or "", "ort": self.ort or "", "gemeinde": self.gemeinde or ""}

    @property
    def shown(self) -> list[Resource]:
        """Return the chosen devices."""
        wanted = ((self.art, "category_id"), (self.ort, "site_id"))
        found = [device for device in self.fleet if all(id_ is None or getattr(device, name) == id_ for id_, name in wanted)]
        return [device for device in found if self.gemeinde is None or device.owner.municipality_id == self.gemeinde]

    @property
    def categories(self) -> list[Category]:
        """Return the kinds of devices."""
        return list({device.category_id: device.category for device in self.fleet}.values())

    @property
    def sites(self) -> list[Site]:
        """Return the places where devices are kept."""
        return sorted({device.site_id: device.site for device in self.fleet}.values(), key=lambda site: site.name)

    @property
    def municipalities(self) -> list[Municipality]:
        """Return the municipalities that own devices."""
        return sorted({device.owner.municipality_id: device.owner.municipality for device in self.fleet}.values(), key=lambda place: place.name)

    @property
    def names(self) -> list[str]:
        """Return what was chosen, for the heading of the printed plan."""
        places = ((self.gemeinde, self.municipalities), (self.ort, self.sites))
        found = [place.name for chosen, offered in places for place in offered if place.id == chosen]
        return found + [named(category.name) for category in self.categories if category.id == self.art]


@blueprint.route("/tag")
@permission_required(Permission.RESOURCE_READ)
def day() -> ResponseReturnValue:
    """Show the day of the chosen devices."""
    return _plan("day")


@blueprint.route("/woche")
@permission_required(Permission.RESOURCE_READ)
def week() -> ResponseReturnValue:
    """Show the week of the chosen devices."""
    return _plan("week")


@blueprint.route("/monat")
@permission_required(Permission.RESOURCE_READ)
def month() -> ResponseReturnValue:
    """Show the month of the chosen devices."""
    return _plan("month")


def _plan(view: str) -> ResponseReturnValue:
    dates, selection = DATES[view](_day(request.args.get("tag"))), _selection(request.args)
    shown = plan_of(dates, fleet=selection.shown, actor=acting())
    tag = _tag(view, shown)
    facts = {"view": view, "week": shown, "selection": selection, "tag": tag}
    if "stand" in request.args:
        return _part(facts, tag)
    turns = {"previous": dates[0] - timedelta(days=1), "following": dates[-1] + timedelta(days=1)}
    return render_template("booking/week.html", now=clock.now(), **facts, **turns)


def _part(facts: Mapping[str, object], tag: str) -> Response:
    """Answer the open page that asks whether anything changed."""
    changed = not request.if_none_match.contains(tag)
    response = make_response(render_template("booking/_plan.html", **facts)) if changed else Response(status=304)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _tag(view: str, shown: Week) -> str:
    """Return what changes whenever the table does."""
    lines = [(line.resource.id, line.resource.name, line.resource.site.name, line.days) for line in shown.lines]
    return hashlib.sha256(repr((view, str(get_locale()), shown.days, lines)).encode()).hexdigest()[:32]


def _selection(asked: Mapping[str, str]) -> Selection:
    """Read what was chosen; the first visit shows the own municipality's devices, or all where it has none."""
    fleet = resources(current_actor, brief=True)
    ids = {
        name: int(value) if value.isdecimal() and len(value) < LONGEST_NUMBER else None
        for name in ("art", "ort", "gemeinde")
        if (value := asked.get(name)) is not None
    }
    if not ids and any(device.owner.municipality_id == current_actor.municipality_id for device in fleet):
        ids = {"gemeinde": current_actor.municipality_id}
    return Selection(art=ids.get("art"), ort=ids.get("ort"), gemeinde=ids.get("gemeinde"), fleet=fleet)


def _day(text: str | None) -> date:
    try:
        return min(max(date.fromisoformat(text or ""), date(2000, 1, 1)), date(2199, 12, 1))
    except ValueError:
        return today_of(clock.now())
