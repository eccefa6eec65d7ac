"""An auditor reads a stated scope: a municipality and a period. Other roles read without one.

What has a length of its own counts when any part of it lies in the period.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from commons.calendar_days import day_bounds, today_of
from commons.people import Actor, Scope
from commons.permissions import PERMISSIONS_OF, Permission, Role
from commons.words import Message, say

Moment = ColumnElement[datetime] | InstrumentedAttribute[datetime]


def reads_without_scope(actor: Actor, permission: Permission) -> bool:
    """Tell whether a role besides the auditor's permits this."""
    return any(permission in PERMISSIONS_OF[role] for role in actor.roles - {Role.AUDITOR})


def within(actor: Actor, permission: Permission, begins: Moment, ends: Moment | None = None) -> ColumnElement[bool]:
    """Say which rows an actor reads by a permission: all, or as an auditor only those of the stated scope."""
    return true() if reads_without_scope(actor, permission) else audited(actor, begins, ends)


def audited(actor: Actor, begins: Moment, ends: Moment | None = None) -> ColumnElement[bool]:
    """Say which rows lie in what the actor was told to examine; none without a stated scope."""
    return or_(false(), *(_touches(scope, begins, begins if ends is None else ends) for scope in actor.audits))


def _touches(scope: Scope, begins: Moment, ends: Moment) -> ColumnElement[bool]:
    bounds = [] if scope.first is None else [ends >= day_bounds(scope.first)[0]]
    return and_(true(), *bounds, *([] if scope.last is None else [begins < day_bounds(scope.last)[1]]))


def within_days(actor: Actor, permission: Permission, day: ColumnElement[date] | InstrumentedAttribute[date]) -> ColumnElement[bool]:
    """Say the same of rows that carry a day."""
    if reads_without_scope(actor, permission):
        return true()
    return or_(false(), *(and_(true(), *_between(scope, day)) for scope in actor.audits))


def _between(scope: Scope, day: ColumnElement[date] | InstrumentedAttribute[date]) -> list[ColumnElement[bool]]:
    return [*([] if scope.first is None else [day >= scope.first]), *([] if scope.last is None else [day <= scope.last])]


def covers(actor: Actor, permission: Permission, begins: datetime, ends: datetime | None = None) -> bool:
    """Tell whether the actor reads by a permission what happened then."""
    return reads_without_scope(actor, permission) or is_audited(actor, begins, ends)


def is_audited(actor: Actor, begins: datetime, ends: datetime | None = None) -> bool:
    """Tell whether something lies in what the actor was told to examine."""
    first, last = today_of(begins), today_of(begins if ends is None else ends)
    return any(_holds(scope, first, last) for scope in actor.audits)


def _holds(scope: Scope, first: date, last: date) -> bool:
    return (scope.first is None or last >= scope.first) and (scope.last is None or first <= scope.last)


def told(actor: Actor) -> list[Message]:
    """Say what the actor was told to examine, for the head of every page."""
    if Role.AUDITOR not in actor.roles:
        return []
    if not actor.audits:
        return [say("Prüfauftrag: keiner eingetragen. Bitte wenden Sie sich an die Systembetreuung.")]
    return [say("Prüfauftrag: %(place)s, %(period)s", place=actor.municipality_name, period=period_of(scope)) for scope in actor.audits]


def period_of(scope: Scope) -> Message:
    """Return a period in words, the year once where both days share it."""
    if scope.first is None or scope.last is None:
        return say("ab %(day)s", day=scope.first) if scope.first else say("bis %(day)s", day=scope.last or date.max)
    same = scope.first.year == scope.last.year
    return say("%(first)s–%(last)s", first=f"{scope.first:%d.%m.}" if same else scope.first, last=scope.last)
