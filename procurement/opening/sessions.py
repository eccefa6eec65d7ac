"""What two officers do together within one window: the first hands over halves sealed to the partners, the second completes."""

import base64
from datetime import timedelta
from typing import Any

from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import ChangedMeanwhile, NotAllowed, NotFound, RuleBroken
from commons.people import Actor
from commons.rule_values import find_value
from commons.words import say
from procurement.models import OfficerKey, OpeningSession, Tender, TenderHolder
from procurement.opening.holding import keep_shares, take_in
from procurement.opening.unsealing import open_admitted, open_bids
from procurement.queries.bids import admitted_waiting, has_bid_from
from procurement.queries.officers import (
    can_be_opened,
    employer_of,
    fewest_holders,
    find_holder,
    find_running_session,
    holders_of,
    officer,
    officers_to_name,
    shares_of,
    usable_holders,
)
from procurement.queries.tenders import lock_seen_tender
from procurement.rules.sealing import Label, open_bid, seal_bid
from procurement.rules.sealing_custody import Contribution, Officer, SameAdministration, Share, check_holders, combine, contribute, rewrap
from procurement.rules.sealing_keys import unlock_key
from procurement.telling import write_down
from procurement.tender_stages import SessionPurpose, TenderStage, check_tender_step

WINDOW_MINUTES = 30  # where no dated value „opening_window_minutes“ is in force
PURPOSE_STAGES: dict[SessionPurpose, frozenset[TenderStage]] = {
    SessionPurpose.REHEARSAL: frozenset({TenderStage.DRAFT}),
    SessionPurpose.OPENING: frozenset({TenderStage.PUBLISHED, TenderStage.OPENED}),  # once more where late bids were admitted
    SessionPurpose.REWRAP: frozenset({TenderStage.DRAFT, TenderStage.PUBLISHED}),
}


class NoHolder(NotAllowed):
    """Only the named officers open a tender."""

    def __init__(self) -> None:
        super().__init__(say("Sie halten keinen Schlüssel zu dieser Vergabe."))


class NotYet(RuleBroken):
    """Nobody opens bids before the deadline has passed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Die Angebotsfrist ist noch nicht abgelaufen. Vorher öffnet niemand."))


class WrongTime(RuleBroken):
    """A rehearsal belongs before the publication, an opening after it."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Das ist in diesem Stand der Vergabe nicht möglich."))


class NoPairLeft(RuleBroken):
    """Without two holders of different administrations a tender cannot be opened; that is documented and it is cancelled."""

    status = 409

    def __init__(self, left: int) -> None:
        super().__init__(
            say(
                "Diese Vergabe lässt sich nicht öffnen: Es sind nur noch %(count)s Schlüssel verfügbar und kein Paar aus zwei verschiedenen Verwaltungen. "
                "Bitte heben Sie das Verfahren mit dieser Begründung auf.",
                count=left,
            )
        )
        self.left = left


class ConflictOfInterest(NotAllowed):
    """Whoever stands on a bidder's side takes no part in the opening (§ 6 VgV, § 4 UVgO)."""

    def __init__(self) -> None:
        super().__init__(say("Ihre E-Mail-Adresse gehört zu einer Firma, die ein Angebot abgegeben hat. Bitte lassen Sie jemand anderen öffnen."))


class WindowClosed(RuleBroken):
    """Both officers confirm within the same window."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Die gemeinsame Sitzung ist abgelaufen oder schon beendet. Bitte beginnen Sie neu."))


def begin(
    tender_id: int,
    purpose: SessionPurpose,
    *,
    passphrase: str,
    leaver_id: int | None = None,
    joiner_key_id: int | None = None,
    persons_present: str = "",
    by: Actor,
) -> OpeningSession:
    """Begin as the first officer: the own halves are sealed to the possible partners, the tender's key does not arise yet."""
    tender = lock_seen_tender(tender_id, by)
    holder = _check_may(tender, purpose, by)
    private = unlock_key(holder.key.locked, passphrase)
    officers = [officer(one) for one in usable_holders(tender) if one.id != leaver_id]
    handed = contribute(shares_of(tender), tender=str(tender.id), owner=officer(holder), private=private, officers=officers)
    session = OpeningSession(
        tender_id=tender.id,
        purpose=purpose,
        leaver_id=_leaver(tender, purpose, leaver_id, holder),
        started_at=clock.now(),
        expires_at=clock.now() + _window(),
        first_by_id=holder.id,
        contribution={**_kept(handed), "joiner_key_id": joiner_key_id},
        persons_present=persons_present.strip() or None,
    )
    db.session.add(session)
    db.session.flush()
    write_down(f"tender.{purpose.value}_begun", tender, by=by, after={"session": session.id})
    return session


def _check_may(tender: Tender, purpose: SessionPurpose, by: Actor) -> TenderHolder:
    if tender.stage not in PURPOSE_STAGES[purpose]:
        raise WrongTime
    if tender.stage is TenderStage.OPENED and not admitted_waiting(tender):
        raise WrongTime
    if purpose is SessionPurpose.OPENING and (tender.deadline is None or clock.now().replace(microsecond=0) <= tender.deadline):
        raise NotYet
    holder = find_holder(tender, by)
    if holder is None:
        raise NoHolder
    if purpose is SessionPurpose.OPENING and has_bid_from(tender, holder.key.person.email):
        raise ConflictOfInterest
    if not can_be_opened(tender):
        raise NoPairLeft(len(usable_holders(tender)))
    return holder


def _leaver(tender: Tender, purpose: SessionPurpose, leaver_id: int | None, first: TenderHolder) -> int | None:
    if purpose is not SessionPurpose.REWRAP:
        return None
    if leaver_id == first.id or leaver_id not in {holder.id for holder in holders_of(tender)}:
        raise RuleBroken(say("Bitte wählen Sie, wer ausscheidet; zwei andere verteilen den Schlüssel neu."), field="leaver_id")
    return leaver_id


def _window() -> timedelta:
    row = find_value("house", "opening_window_minutes", today_of(clock.now()))
    return timedelta(minutes=int(row.number) if row else WINDOW_MINUTES)


def complete(tender_id: int, purpose: SessionPurpose, *, passphrase: str, persons_present: str = "", seen: int | None = None, by: Actor) -> OpeningSession:
    """Complete as the second officer, employed elsewhere: only now does the tender's key arise, for as long as this runs.

    `seen` is the session that stood on the page: one that took its place meanwhile is not confirmed unread.
    """
    tender = lock_seen_tender(tender_id, by)
    holder = _check_may(tender, purpose, by)
    session = find_running_session(tender, purpose)
    if session is None:
        raise WindowClosed
    if seen is not None and seen != session.id:
        raise ChangedMeanwhile
    if session.leaver_id == holder.id or _employers(holder) & _employers(session.first_by):
        raise SameAdministration
    key = _combined(tender, session, holder, passphrase)
    session.second_by_id, session.completed_at = holder.id, clock.now()
    if persons_present.strip():
        session.persons_present = persons_present.strip()
    joiner_key_id = (session.contribution or {}).get("joiner_key_id")
    session.contribution = None
    db.session.flush()
    _act(tender, session, key, joiner_key_id, by)
    return session


def _employers(holder: TenderHolder) -> set[int]:
    """Return who employed a holder when named, and who does now: somebody who has moved may make two of one administration."""
    return {holder.administration_id, employer_of(holder.key.person)}


def _combined(tender: Tender, session: OpeningSession, holder: TenderHolder, passphrase: str) -> bytes:
    private = unlock_key(holder.key.locked, passphrase)
    return combine(
        shares_of(tender),
        _restored(session.contribution or {}),
        tender=str(tender.id),
        owner=officer(holder),
        private=private,
        tender_public=tender.public_key or b"",
    )


def _act(tender: Tender, session: OpeningSession, key: bytes, joiner_key_id: int | None, by: Actor) -> None:
    match session.purpose:
        case SessionPurpose.REHEARSAL:
            _rehearse(tender, session, key, by)
        case SessionPurpose.OPENING if tender.stage is TenderStage.OPENED:
            open_admitted(tender, session, key, by=by)
        case SessionPurpose.OPENING:
            check_tender_step(tender.stage, TenderStage.OPENED)
            open_bids(tender, session, key, by=by)
        case SessionPurpose.REWRAP:
            _rewrap(tender, session, key, joiner_key_id, by)


def _rehearse(tender: Tender, session: OpeningSession, key: bytes, by: Actor) -> None:
    label = Label(tender=str(tender.id), version=0, lot="", reference="rehearsal")
    open_bid(seal_bid(b"Probe", label=label, public=tender.public_key or b""), label=label, private=key)
    write_down("tender.rehearsed", tender, by=by, after={"session": session.id, "officers": [session.first_by.key.person.name, by.person_name]})


def _rewrap(tender: Tender, session: OpeningSession, key: bytes, joiner_key_id: int | None, by: Actor) -> None:
    """Split the key anew among those who stay and the one who joins; the leaver's shares count no more."""
    leaver = next(holder for holder in holders_of(tender) if holder.id == session.leaver_id)
    holders = [holder for holder in usable_holders(tender) if holder.id != leaver.id]
    if joiner_key_id is not None:
        holders.append(take_in(tender, _joiner(tender, joiner_key_id), by=by))
    officers: list[Officer] = [officer(holder) for holder in holders]
    check_holders(officers, fewest=fewest_holders())
    keep_shares(tender, rewrap(key, tender=str(tender.id), leaver=leaver.name, officers=[*officers, officer(leaver)], fewest=fewest_holders()), holders)
    leaver.left_at = clock.now()
    db.session.flush()
    after = {"left": leaver.key.person.name, "holders": [holder.key.person.name for holder in holders]}
    write_down("tender.key_rewrapped", tender, by=by, after=after)


def _joiner(tender: Tender, key_id: int) -> OfficerKey:
    found = next((key for key in officers_to_name(tender) if key.id == key_id), None)
    if found is None:
        raise NotFound
    return found


def _kept(handed: Contribution) -> dict[str, Any]:
    halves = [{"owner": half.owner, "partner": half.partner, "sealed": base64.b64encode(half.sealed).decode()} for half in handed.halves]
    return {"by": handed.by, "halves": halves}


def _restored(data: dict[str, Any]) -> Contribution:
    halves = tuple(Share(owner=half["owner"], partner=half["partner"], sealed=base64.b64decode(half["sealed"])) for half in data["halves"])
    return Contribution(by=data["by"], halves=halves)
