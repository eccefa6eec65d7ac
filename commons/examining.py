"""Say what an auditor of the own municipality examines."""

from datetime import date

from commons import journal
from commons.appointing import OwnRole, check_scope
from commons.errors import NotFound, RuleBroken
from commons.people import Actor, Membership
from commons.permissions import Role
from commons.staffing import get_membership
from commons.words import say


class ScopeMissing(RuleBroken):
    """Without a stated period an auditor sees nothing, so a page asks for it."""

    def __init__(self) -> None:
        super().__init__(say("Bitte geben Sie für die Rechnungsprüfung an, ab welchem Tag sie prüft."), field="scope_from")


def check_stated(role: Role, scope_from: date | None) -> None:
    """Refuse an auditor without a period."""
    if role is Role.AUDITOR and scope_from is None:
        raise ScopeMissing


def get_audit(membership_id: int, *, by: Actor) -> Membership:
    """Return the membership of an auditor in the municipality acted for."""
    membership = get_membership(membership_id, by=by)
    if membership.role is not Role.AUDITOR:
        raise NotFound
    return membership


def state_scope(membership_id: int, scope: tuple[date | None, date | None], *, by: Actor) -> None:
    """State which period an auditor examines from now on; nobody states the own one."""
    membership = get_audit(membership_id, by=by)
    if membership.person_id == by.person_id:
        raise OwnRole
    check_scope(membership.role, scope)
    before = _kept(membership)
    membership.scope_from, membership.scope_until = scope
    journal.record("role.scope_stated", subject=("person", membership.person_id), by=by, before=before, after=_kept(membership))


def _kept(membership: Membership) -> dict[str, object]:
    first, last = membership.scope_from, membership.scope_until
    return {"organisation": membership.organisation.key, "from": first.isoformat() if first else None, "until": last.isoformat() if last else None}
