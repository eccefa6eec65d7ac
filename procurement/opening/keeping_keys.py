"""The officers' keys: made with a passphrase and a sheet for the safe, renewed by the sheet, retired when lost."""

from dataclasses import dataclass

from commons import clock, journal
from commons.database import db
from commons.errors import NotAllowed, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import say
from procurement.models import OfficerKey
from procurement.opening.affected import tenders_held_by, warn_about_loss
from procurement.queries.officers import find_own_key, get_own_key
from procurement.rules.sealing import key_print, make_keys
from procurement.rules.sealing_keys import WrongPassphrase, lock_key, make_recovery_sheet, unlock_with_sheet
from procurement.telling import write_down


class KeyThereAlready(RuleBroken):
    """A person has one key in use."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Sie haben schon einen Schlüssel. Ist er verloren, melden Sie ihn zuerst als verloren."))


class WrongCode(RuleBroken):
    """Only the code of the printed sheet opens a key whose passphrase is forgotten."""

    def __init__(self) -> None:
        super().__init__(say("Der Code passt nicht zu Ihrem Schlüssel. Bitte vergleichen Sie ihn mit dem Blatt aus dem Tresor."), field="code")


@dataclass(frozen=True, kw_only=True)
class MadeKey:
    """A fresh key and the code for the safe, which is shown once and kept nowhere."""

    key: OfficerKey
    code: str
    print: str


def make_key(passphrase: str, *, by: Actor) -> MadeKey:
    """Make the key of the person who acts."""
    if not by.may(Permission.TENDER_OPEN):
        raise NotAllowed
    if find_own_key(by) is not None:
        raise KeyThereAlready
    pair = make_keys()
    sheet = make_recovery_sheet(pair.private)
    key = OfficerKey(person_id=by.person_id, public_key=pair.public, locked=lock_key(pair.private, passphrase), locked_by_sheet=sheet.locked)
    db.session.add(key)
    db.session.flush()
    journal.record("officer_key.made", subject=("officer_key", key.id), by=by, after={"print": key_print(pair.public)})
    return MadeKey(key=key, code=sheet.code, print=key_print(pair.public))


def renew_passphrase(code: str, passphrase: str, *, by: Actor) -> OfficerKey:
    """Set a new passphrase by the code of the sheet: the key itself stays, no tender is touched."""
    key = get_own_key(by)
    try:
        private = unlock_with_sheet(key.locked_by_sheet, code)
    except WrongPassphrase as wrong:
        raise WrongCode from wrong
    key.locked = lock_key(private, passphrase)
    db.session.flush()
    journal.record("officer_key.renewed", subject=("officer_key", key.id), by=by, after={"print": key_print(key.public_key)})
    return key


def report_lost(reason: str, *, by: Actor) -> OfficerKey:
    """Retire a key that is lost or known to others; every tender it belongs to is checked and its people are warned."""
    key = get_own_key(by)
    if not reason.strip():
        raise RuleBroken(say("Bitte schreiben Sie auf, was geschehen ist."), field="reason")
    key.retired_at, key.retired_reason = clock.now(), reason.strip()
    db.session.flush()
    for tender in tenders_held_by(key):
        can_be_opened = warn_about_loss(tender, by=by)
        write_down("tender.key_lost", tender, by=by, after={"person": by.person_name, "can_be_opened": can_be_opened, "reason": reason.strip()})
    journal.record("officer_key.retired", subject=("officer_key", key.id), by=by, after={"reason": reason.strip()})
    return key
