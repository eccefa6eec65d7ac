"""Publish: everything that must stand is checked, then documents are fixed, firms are asked and members are told."""

import secrets
from collections.abc import Callable
from datetime import datetime

from commons import clock, files
from commons.database import db
from commons.errors import NotAllowed, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import Message, joined, say
from procurement.bid_content import seed_label
from procurement.models import RecordDocument, Tender, TenderVersion
from procurement.queries.officers import fewest_holders, holders_of, is_rehearsed, officer
from procurement.queries.tender_documents import announced_of
from procurement.queries.tender_values import procedure_name
from procurement.queries.tenders import SEALED, invitations, lock_tender
from procurement.receipt_key import receipt_keys
from procurement.rules.procedure import Procedure
from procurement.rules.scoring import check_announced
from procurement.rules.sealing import seal_bid
from procurement.rules.sealing_custody import check_holders
from procurement.rules.ties import commitment
from procurement.stages import BundleStage
from procurement.telling import tell_members, write_down
from procurement.tender_stages import TenderStage, check_tender_step
from procurement.tendering.binding import binding_gaps
from procurement.tendering.documents import check_maximum, get_draft, is_stale
from procurement.tendering.inviting import send_link
from procurement.tendering.papers import documents_of, price_sheet_of
from procurement.tendering.timing import check_binding_period, check_dates, check_day
from procurement.tendering.valuing import recheck

FEWEST_FIRMS = 3
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NotReady(RuleBroken):
    """Nothing is published before all stands that the law and the members ask for."""

    status = 409

    def __init__(self, gaps: list[Message]) -> None:
        super().__init__(joined(gaps))
        self.gaps = tuple(gaps)


def gaps_before_publication(tender: Tender) -> list[Message]:
    """List everything that still stands in the way; an empty list when it may be published."""
    if tender.procedure is None or not tender.decisions:
        return [say("Das Verfahren ist noch nicht entschieden.")]
    found = [tender.stopped_said] if tender.stopped_said else []
    if any(lot.is_exempted for lot in tender.lots):
        found.append(say("Ausgenommene kleine Lose stehen noch in dieser Vergabe. Bitte verschieben Sie sie in eine eigene."))
    if is_stale(tender):
        found.append(say("Gemeinden oder Mengen der Bündelung haben sich geändert. Bitte berechnen Sie den Wert neu, bevor Sie veröffentlichen."))
    if tender.bundle.stage is not BundleStage.FROZEN:
        found.append(say("Die Bündelung ist noch nicht festgeschrieben: Käufer und Mengen müssen feststehen."))
    for check in (check_day, check_dates, check_binding_period, _check_documents):
        found += _broken(check, tender)
    found += [gap.text for gap in binding_gaps(tender)]
    if tender.procedure in SEALED:
        found += _broken(_check_keys, tender)
    if needs_firms(tender):
        found.append(say("Bitte wählen Sie mindestens %(count)s Firmen, die um ein Angebot gebeten werden.", count=FEWEST_FIRMS))
    return found


def is_documented(tender: Tender) -> bool:
    """Tell whether the documents are complete as far as they are written by hand."""
    return not _broken(_check_documents, tender)


def needs_firms(tender: Tender) -> bool:
    """Tell whether more firms are to be chosen before they are asked."""
    return tender.procedure in {Procedure.NEGOTIATED, Procedure.RESTRICTED} and len(invitations(tender)) < FEWEST_FIRMS


def _broken(check: Callable[[Tender], None], tender: Tender) -> list[Message]:
    try:
        check(tender)
    except RuleBroken as broken:
        return [broken.message]
    return []


def _check_documents(tender: Tender) -> None:
    version = get_draft(tender)
    if not version.positions or not version.cover_letter.strip():
        raise RuleBroken(say("Die Unterlagen sind unvollständig: Es fehlen Positionen oder das Anschreiben."))
    check_announced(announced_of(version))
    check_maximum(tender, version)


def _check_keys(tender: Tender) -> None:
    check_holders([officer(holder) for holder in holders_of(tender)], fewest=fewest_holders())
    if tender.public_key is None or not is_rehearsed(tender):
        raise RuleBroken(say("Zwei Schlüsselinhaber verschiedener Verwaltungen haben die Öffnung noch nicht geprobt."))


def publish(tender_id: int, *, by: Actor) -> Tender:
    """Publish a tender, or ask the chosen firms where no publication is due."""
    if not by.may(Permission.TENDER_PUBLISH):
        raise NotAllowed
    tender = lock_tender(tender_id, by)
    check_tender_step(tender.stage, TenderStage.PUBLISHED)
    recheck(tender)
    gaps = gaps_before_publication(tender)
    if gaps:
        raise NotReady(gaps)
    tender.stage, tender.stage_since, tender.published_at = TenderStage.PUBLISHED, clock.now(), clock.now()
    _prepare_draw(tender)
    fix_version(tender, get_draft(tender), by=by)
    for invitation in invitations(tender):
        send_link(invitation, tender)
    subject = say("Vergabe „%(title)s“ veröffentlicht", title=tender.title)
    body = [say("%(procedure)s; Angebote bis %(deadline)s.", procedure=procedure_name(tender) or "", deadline=tender.deadline)]
    tell_members(tender, Permission.TENDER_READ, subject, body, by=by)
    after = {"stage": "published", "version": tender.version, "deadline": str(tender.deadline), "seed_hash": tender.draw_seed_hash}
    write_down("tender.published", tender, by=by, before={"stage": "draft"}, after=after)
    return tender


def _prepare_draw(tender: Tender) -> None:
    """Fix the seed of a possible draw before anybody bids: its hash is published, the seed itself is sealed like a bid."""
    seed = secrets.token_hex(32)
    tender.draw_seed_hash = commitment(seed)
    if tender.public_key is None:
        tender.draw_seed = seed  # a quote is not sealed either
    else:
        tender.draw_seed_sealed = seal_bid(seed.encode(), label=seed_label(tender), public=tender.public_key)


def fix_version(tender: Tender, version: TenderVersion, *, by: Actor, deadline: datetime | None = None) -> None:
    """Fix a version for good: its papers are kept as they are handed out."""
    tender.version = version.number
    tender.deadline = deadline or tender.deadline
    version.deadline = tender.deadline
    version.receipt_public_key = receipt_keys()[1]
    db.session.flush()
    name = f"vergabe-{tender.id}-fassung-{version.number}"
    version.document_id = files.store(f"{name}.pdf", "application/pdf", documents_of(tender, version), by=by).id
    version.sheet_id = files.store(f"{name}-preisblatt.xlsx", SHEET, price_sheet_of(tender, version), by=by).id
    version.published_at = clock.now()
    db.session.add(RecordDocument(tender_id=tender.id, kind="documents", file_id=version.document_id, made_by_id=by.person_id))
    db.session.flush()
