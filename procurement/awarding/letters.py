"""The letters of an award: information to losers, award, rejection. The letter is the legal act, not the click."""

from collections.abc import Sequence

from commons import clock, files, journal
from commons import letters as outbox
from commons.calendar_days import today_of
from commons.database import db
from commons.people import Actor
from commons.words import Message, as_data, from_data, german_number, joined, say, shown
from procurement.awarding.gates import losers_of, must_inform, waiting_of
from procurement.awarding.outcome import Award
from procurement.exchange import paper
from procurement.exchange.paper import Paper, Section
from procurement.models import AwardDecision, AwardLetter, OpenedBid, Tender, TenderLot
from procurement.queries.awards import MAIL, letters_of, reasons_against
from procurement.queries.evaluation import evaluations_of
from procurement.tender_stages import LetterKind


def write_information(tender: Tender, decision: AwardDecision, award: Award, *, by: Actor) -> list[AwardLetter]:
    """Inform every loser by mail: who is to win, why not the own bid, from which day on the contract may be closed."""
    today = today_of(clock.now())
    waits = waiting_of(tender, today) if must_inform(tender) else None
    made = []
    for opened_id in losers_of(award):
        opened = _bid(award, opened_id)
        body = [say("Sehr geehrte Damen und Herren, wir informieren Sie über den vorgesehenen Zuschlag zu „%(title)s“.", title=tender.title)]
        body += reasons_for(award, opened)
        if waits is not None:
            body.append(say("Der Vertrag wird frühestens am %(day)s geschlossen.", day=waits.earliest_contract))
            body.append(say("Eine Beanstandung richten Sie bitte vor diesem Tag in Textform an die federführende Stelle."))
        letter = _send(
            tender, decision, opened, LetterKind.INFORMATION, say("Information nach § 8 SächsVergabeG, § 134 GWB: %(title)s", title=tender.title), body, by
        )
        letter.earliest_contract = waits.earliest_contract if waits else None
        made.append(letter)
    db.session.flush()
    return made


def write_rejections(tender: Tender, decision: AwardDecision, award: Award, *, by: Actor) -> list[AwardLetter]:
    """Tell every loser that was not informed before why its bid did not win (§ 19 (1) VOL/A)."""
    informed = {letter.opened_bid_id for letter in letters_of(tender, LetterKind.INFORMATION) if letter.decision_id == decision.id}
    made = []
    for opened_id in losers_of(award):
        if opened_id not in informed:
            opened = _bid(award, opened_id)
            body = [say("Sehr geehrte Damen und Herren, Ihr Angebot zu „%(title)s“ konnte nicht berücksichtigt werden.", title=tender.title)]
            subject = say("Absage nach § 19 VOL/A: %(title)s", title=tender.title)
            made.append(_send(tender, decision, opened, LetterKind.REJECTION, subject, [*body, *reasons_for(award, opened)], by))
    return made


def write_awards(tender: Tender, decision: AwardDecision, award: Award, *, by: Actor) -> list[AwardLetter]:
    """Make the award letters as PDF, to be signed and sent; only their sending closes the contract (§ 18 VOL/A)."""
    made = []
    for opened in award.field.bids:
        won = [one for one in award.won if one.offer.opened.id == opened.id]
        if won:
            body = [
                say("Sehr geehrte Damen und Herren, auf Ihr Angebot %(reference)s erteilen wir Ihnen den Zuschlag.", reference=opened.bid.reference),
                *[say("%(lot)s (%(title)s): %(net)s € netto.", lot=one.lot.name, title=one.lot.title, net=german_number(one.net, 2)) for one in won],
                say("Auftraggeber und abrufberechtigt sind: %(names)s.", names=", ".join(sorted(award.shares))),
                say("Es gelten die Vergabeunterlagen in Fassung %(version)s und die VOL/B.", version=tender.version),
            ]
            if opened.skonto_percent:
                body.append(say("Ihr Skonto von %(percent)s %% wird Vertragsbestandteil.", percent=opened.skonto_percent))
            made.append(_letter(tender, decision, opened, LetterKind.AWARD, body, by))
    for letter in made:
        name = f"zuschlag-{tender.id}-{letter.id}.pdf"
        letter.file_id = files.store(name, "application/pdf", letter_paper(letter), by=by).id
    db.session.flush()
    return made


def reasons_for(award: Award, opened: OpenedBid) -> list[Message]:
    """Say lot by lot who wins and why this bid does not; prices of others are not told."""
    lines = []
    for one in award.lots:
        if opened.id in {offer.opened.id for offer in award.field.of_lot(one.lot)} and (one.offer is None or one.offer.opened.id != opened.id):
            winner = one.offer.opened.bidder if one.offer is not None else None
            said = say("%(lot)s: Den Zuschlag soll „%(winner)s“ erhalten.", lot=one.lot.name, winner=winner) if winner else _unawarded(one.lot)
            lines.append(joined([said, _why(award, opened, one.lot)]))
    return lines or [joined([_exclusion(opened)])]


def _unawarded(lot: TenderLot) -> Message:
    return say("%(lot)s: Ein Zuschlag wird nicht erteilt.", lot=lot.name)


def _why(award: Award, opened: OpenedBid, lot: TenderLot) -> Message:
    offer = next(offer for offer in award.field.of_lot(lot) if offer.opened.id == opened.id)
    if offer.is_excluded:
        return _exclusion(opened)
    ranking = next((one.ranking for one in evaluations_of(award.field.tender) if one.tender_lot_id == lot.id), [])
    place = next((row["rank"] for row in ranking if row["bidder"] == opened.bidder), None)
    if place == 1:
        return say("Ihr Angebot steht in diesem Los vorn; die bekanntgemachte Begrenzung oder Verbindung der Lose führt insgesamt zu einer anderen Vergabe.")
    if place is None:
        return say("Ihr Angebot wurde nicht gewertet.")
    return say("Ihr Angebot ist nicht das wirtschaftlichste; es steht auf Rang %(place)s von %(count)s.", place=place, count=len(ranking))


def _exclusion(opened: OpenedBid) -> Message:
    found = reasons_against(opened)
    if not found:
        return say("Ihr Angebot wurde nicht gewertet.")
    said = [say("%(text)s (%(law)s)", text=finding.said, law=finding.law) if finding.law else finding.said for finding in found]
    return joined([say("Ihr Angebot ist ausgeschlossen:"), *said])


def _bid(award: Award, opened_id: int) -> OpenedBid:
    return next(opened for opened in award.field.bids if opened.id == opened_id)


def _send(tender: Tender, decision: AwardDecision, opened: OpenedBid, kind: LetterKind, subject: Message, body: list[Message], by: Actor) -> AwardLetter:
    letter = _letter(tender, decision, opened, kind, body, by)
    sent = outbox.post_to_address(opened.bid.invitation.address, subject, body, about=("tender", tender.id))
    db.session.flush()
    letter.letter_id, letter.sent_on, letter.channel, letter.sent_noted_by_id = sent.id, today_of(clock.now()), MAIL, by.person_id
    return letter


def _letter(tender: Tender, decision: AwardDecision, opened: OpenedBid, kind: LetterKind, body: Sequence[Message], by: Actor) -> AwardLetter:
    letter = AwardLetter(
        tender_id=tender.id, decision_id=decision.id, opened_bid_id=opened.id, kind=kind, recipient=_recipient(opened), made_by_id=by.person_id
    )
    letter.text = [as_data(part) for part in body]
    db.session.add(letter)
    db.session.flush()
    return letter


def _recipient(opened: OpenedBid) -> str:
    return ", ".join(part for part in (opened.bidder, opened.address) if part)


def letter_paper(letter: AwardLetter) -> bytes:
    """Return a letter as PDF, with a line for the signature."""
    tender, (length, head) = letter.tender, journal.head()
    lead = tender.lead_municipality
    sender = f"{lead.name}, {lead.street or ''}, {lead.postcode or ''}".rstrip(", ")
    return paper.write(
        Paper(
            title=f"Zuschlag: {tender.title}",
            kind="Zuschlagsschreiben nach § 18 VOL/A",
            author=lead.name,
            printed=shown(today_of(clock.now())),
            journal=f"{length}, {head}",
            facts=(("Absender", sender), ("An", letter.recipient)),
            sections=(Section(title="Zuschlag", paragraphs=tuple(str(from_data(part)) for part in letter.text)),),
            signatures=(f"{lead.name}, Ort, Datum, Unterschrift",),
            notes=("Wirksam wird der Zuschlag mit dem Zugang dieses Schreibens: schriftlich, mit fortgeschrittener elektronischer Signatur oder per Telefax.",),
        )
    )
