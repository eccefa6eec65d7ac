"""The twelve items of § 8 (2) VgV, told from the tables, each with what is still missing while there is time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from commons.words import Message, german_number, say
from procurement.comparing import Field, field_of
from procurement.models import AwardDecision, RecordNote, Tender
from procurement.queries.awards import find_decision, notes_of
from procurement.queries.bids import arrived_after_opening, entries_of, find_opening
from procurement.queries.evaluation import clarifications_of, evaluations_of, excludes
from procurement.queries.tender_values import estimate_of, procedure_name, profile_of, rule_rows
from procurement.rules.bid_check import Weight
from procurement.rules.procedure import FORMALITY, Procedure, propose
from procurement.rules.scoring import POINT_METHODS, Method
from procurement.tender_stages import BID_STAGE_NAMES, BidChannel, BidStage, FindingStage, LotOutcome, TenderStage

LATER = frozenset({TenderStage.EVALUATED, TenderStage.AWARDED})


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of the record: what is told, what people added, what is missing, or why it does not apply."""

    key: str
    title: Message
    told: tuple[Message, ...]
    notes: tuple[RecordNote, ...] = ()
    gaps: tuple[Message, ...] = field(default=())

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing is missing."""
        return not self.gaps


@dataclass(frozen=True, kw_only=True)
class _Story:
    tender: Tender
    field: Field
    decision: AwardDecision | None
    notes: Sequence[RecordNote]

    @property
    def is_late(self) -> bool:
        """Tell whether reasons for and against bidders are due."""
        return self.tender.stage in LATER


Teller = Callable[[_Story], tuple[list[Message], list[Message]]]


def items_of(tender: Tender) -> list[Item]:
    """Tell all twelve items of a tender that the caller has already loaded for its actor."""
    story = _Story(tender=tender, field=field_of(tender), decision=find_decision(tender), notes=notes_of(tender))
    items = []
    for number, (title, tell) in enumerate(TELLERS, start=1):
        told, gaps = tell(story)
        notes = tuple(note for note in story.notes if note.item == str(number))
        answered = notes and tell not in DEEDS
        items.append(Item(key=str(number), title=title, told=tuple(told), notes=notes, gaps=() if answered else tuple(gaps)))
    return items


def _subject(story: _Story) -> tuple[list[Message], list[Message]]:
    tender = story.tender
    lead = tender.lead_municipality
    told = [
        say("Auftraggeber: %(names)s.", names=", ".join(sorted(buyer.municipality.name for buyer in tender.buyers if buyer.withdrawn_at is None))),
        say("Federführend: %(name)s, %(street)s, %(postcode)s.", name=lead.name, street=lead.street or "–", postcode=lead.postcode or "–"),
        say("Gegenstand: %(title)s.", title=tender.title),
        say("Geschätzter Wert netto: %(net)s €; Summanden: %(count)s.", net=german_number(estimate_of(tender).net, 2), count=len(estimate_of(tender).summands)),
    ]
    if story.decision is not None:
        told.append(say("Auftragswert netto nach dem Vorschlag oder Zuschlag: %(net)s €.", net=german_number(story.decision.total, 2)))
    return told, [] if lead.street else [say("Die Anschrift der federführenden Gemeinde fehlt im Stammblatt.")]


def _chosen(story: _Story) -> tuple[list[Message], list[Message]]:
    counted = {opened.bidder: [offer.lot_name for offer in story.field.of_bid(opened) if not offer.is_excluded] for opened in story.field.bids}
    told = [say("%(bidder)s: geprüft und gewertet (%(lots)s).", bidder=bidder, lots=", ".join(lots)) for bidder, lots in counted.items() if lots]
    gaps = [say("Es ist noch kein Angebot geprüft und gewertet.")] if not story.is_late and story.tender.stage is not TenderStage.CANCELLED else []
    return told, gaps


def _rejected(story: _Story) -> tuple[list[Message], list[Message]]:
    told, gaps = [], []
    for finding in story.field.findings:
        if excludes(finding):
            people = {"first": finding.decided_by.name if finding.decided_by else "–", "second": finding.second_by.name if finding.second_by else "–"}
            told.append(
                say(
                    "%(bidder)s: %(text)s %(reason)s (%(first)s, %(second)s)",
                    bidder=finding.opened_bid.bidder,
                    text=finding.said,
                    reason=finding.reason or "",
                    **people,
                )
            )
        elif finding.weight is not Weight.NOTE and finding.second_by_id is None and finding.outcome.value != "noted":
            gaps.append(say("%(bidder)s: %(text)s Darüber haben noch nicht zwei Personen entschieden.", bidder=finding.opened_bid.bidder, text=finding.said))
    session = find_opening(story.tender)
    others = [entry for entry in entries_of(session) if BidStage.OPENED not in {entry.stage, entry.bid.stage}] if session else []
    told += [say("%(name)s: %(stage)s.", name=entry.bid.invitation.name, stage=BID_STAGE_NAMES[entry.stage]) for entry in others]
    later = [bid for bid in arrived_after_opening(story.tender) if bid.stage is BidStage.UNOPENED]
    told += [say("%(name)s: am %(moment)s nach der Öffnung eingegangen, ungeöffnet.", name=bid.invitation.name, moment=bid.received_at) for bid in later]
    told += _outranked(story)
    return told or [say("Kein Angebot ist ausgeschlossen oder unterlegen.")], gaps


def _outranked(story: _Story) -> list[Message]:
    """Name the bids that count but do not win their lot, with their place in the announced ranking."""
    if story.decision is None:
        return []
    winners = {row.tender_lot_id: row.opened_bid.bidder for row in story.decision.lots if row.opened_bid is not None}
    return [
        say(
            "%(bidder)s: in %(lot)s nicht berücksichtigt, Rang %(rank)s von %(count)s.",
            bidder=place["bidder"],
            lot=lot.name,
            rank=place["rank"],
            count=len(one.ranking),
        )
        for lot, one in zip(story.tender.lots, evaluations_of(story.tender), strict=False)
        for place in one.ranking
        if place["bidder"] != winners.get(lot.id)
    ]


def _too_low(story: _Story) -> tuple[list[Message], list[Message]]:
    doubts = [finding for finding in story.field.findings if finding.stage is FindingStage.PRICE and finding.weight is Weight.ASK]
    told = [say("%(bidder)s: %(text)s %(reason)s", bidder=finding.opened_bid.bidder, text=finding.said, reason=finding.reason or "") for finding in doubts]
    for asked in clarifications_of(story.tender):
        told.append(say("%(bidder)s gefragt am %(day)s: %(text)s", bidder=asked.opened_bid.bidder, day=asked.asked_at, text=asked.text))
        if asked.answer:
            told.append(say("Antwort: %(text)s", text=asked.answer))
    unanswered = [asked for asked in clarifications_of(story.tender) if asked.answer is None and story.is_late]
    gaps = [say("%(bidder)s: Die Antwort auf die Aufklärung fehlt.", bidder=asked.opened_bid.bidder) for asked in unanswered]
    return told or [say("Kein Preis war aufzuklären.")], gaps


def _winner(story: _Story) -> tuple[list[Message], list[Message]]:
    if story.decision is None:
        return [], [] if story.tender.stage is TenderStage.CANCELLED else [say("Es ist noch kein Zuschlag vorgeschlagen.")]
    told = [say("Begründung: %(reason)s", reason=story.decision.reason)]
    if story.decision.corrects is not None:
        told.append(say("Er ersetzt den Vorschlag vom %(moment)s, der zurückgezogen wurde.", moment=story.decision.corrects.proposed_at))
    if story.decision.deviation_reason:
        told.append(say("Abweichung von der berechneten Vergabe: %(reason)s", reason=story.decision.deviation_reason))
    for row in story.decision.lots:
        if row.opened_bid is not None:
            net, share = german_number(row.price or 0, 2), german_number(row.opened_bid.subcontract_percent)  # type: ignore[arg-type]
            told.append(
                say(
                    "%(lot)s: %(bidder)s, %(net)s € netto, Unteraufträge %(share)s %%.",
                    lot=row.tender_lot.name,
                    bidder=row.opened_bid.bidder,
                    net=net,
                    share=share,
                )
            )
        else:
            words = {LotOutcome.NO_BIDS: say("kein Angebot"), LotOutcome.UNSUCCESSFUL: say("kein wertbares Angebot"), LotOutcome.CANCELLED: say("aufgehoben")}
            told.append(say("%(lot)s: %(outcome)s.", lot=row.tender_lot.name, outcome=words[row.outcome]))
    return told, [] if story.decision.confirmed_at else [say("Der Zuschlag ist noch nicht von einer zweiten Person bestätigt.")]


def _negotiation(story: _Story) -> tuple[list[Message], list[Message]]:
    told, gaps = _circumstances(story.tender)
    return told, [*gaps, *_dearer_than_the_procedure(story)]


def _dearer_than_the_procedure(story: _Story) -> list[Message]:
    """Ask why the estimate held where the award stands above what the chosen procedure is meant for."""
    tender, decision = story.tender, story.decision
    if decision is None or tender.procedure is None or not tender.decisions or decision.total <= tender.decisions[-1].net:
        return []
    rows, profile = rule_rows(), profile_of(tender)
    due = propose(decision.total, kind=tender.kind, day=tender.begins_on, rows=rows, profile=profile)
    meant = propose(tender.decisions[-1].net, kind=tender.kind, day=tender.begins_on, rows=rows, profile=profile)
    if FORMALITY.index(due.procedure) <= max(FORMALITY.index(meant.procedure), FORMALITY.index(tender.procedure)):
        return []
    text = say(
        "Mit %(net)s € wäre „%(name)s“ das Verfahren nach dem Wert. Bitte schreiben Sie auf, warum die Schätzung vertretbar war.",
        net=german_number(decision.total, 2),
        name=due.name,
    )
    return [text]


def _circumstances(tender: Tender) -> tuple[list[Message], list[Message]]:
    if tender.procedure in {Procedure.OPEN, None}:
        return [say("Trifft nicht zu: %(name)s.", name=procedure_name(tender) or say("Verfahren noch nicht entschieden"))], []
    decision = tender.decisions[-1] if tender.decisions else None
    told = [say("Gewählt: %(name)s.", name=procedure_name(tender) or "")]
    if decision is not None:
        told += [*decision.reasons_said, *([say("%(reason)s", reason=decision.reason)] if decision.reason else [])]
    return told, [] if decision else [say("Die Gründe für das Verfahren fehlen.")]


def _without_call(story: _Story) -> tuple[list[Message], list[Message]]:
    if story.tender.procedure not in {Procedure.NEGOTIATED, Procedure.RESTRICTED, Procedure.DIRECT}:
        return [say("Trifft nicht zu: Der Wettbewerb war öffentlich.")], []
    return _circumstances(story.tender)


def _renounced(story: _Story) -> tuple[list[Message], list[Message]]:
    told = []
    if story.tender.cancel_reason:
        told.append(say("Verfahren aufgehoben: %(reason)s", reason=story.tender.cancel_reason))
    lots = [row for row in story.decision.lots if row.outcome is not LotOutcome.AWARDED] if story.decision else []
    told += [say("%(lot)s ohne Zuschlag.", lot=row.tender_lot.name) for row in lots]
    return told or [say("Trifft nicht zu: Auf keine Vergabe wurde verzichtet.")], []


def _paper(story: _Story) -> tuple[list[Message], list[Message]]:
    paper = [opened for opened in story.field.bids if opened.bid.channel in {BidChannel.PAPER, BidChannel.QUOTE}]
    if not paper:
        return [say("Trifft nicht zu: Alle Angebote kamen elektronisch und verschlüsselt.")], []
    told = [say("%(bidder)s: nicht elektronisch verschlüsselt eingegangen. %(note)s", bidder=opened.bidder, note=opened.bid.note or "") for opened in paper]
    needs = any(opened.bid.channel is BidChannel.PAPER for opened in paper)
    return told, [say("Bitte schreiben Sie auf, warum Angebote auf Papier zugelassen waren.")] if needs else []


def _conflicts(_story: _Story) -> tuple[list[Message], list[Message]]:
    return [], [say("Bitte schreiben Sie auf, ob bei den Beteiligten Interessenkonflikte bestehen und was dagegen getan wurde.")]


def _lots(story: _Story) -> tuple[list[Message], list[Message]]:
    told = [say("%(lot)s: %(title)s.", lot=lot.name, title=lot.title) for lot in story.tender.lots]
    told.append(say("Warum diese Lose in einem Verfahren: %(reason)s", reason=story.tender.grouping_reason))
    return told, []


def _weights(story: _Story) -> tuple[list[Message], list[Message]]:
    version = story.field.version
    if version.method is Method.LOWEST_PRICE:
        return [say("Einziges Kriterium ist der Preis; die Leistung ist vollständig beschrieben.")], []
    told = [say("%(name)s: Gewicht %(weight)s.", name=criterion.name, weight=german_number(criterion.weight)) for criterion in version.criteria]
    if version.method in POINT_METHODS:
        told.append(say("Preis: Gewicht %(weight)s.", weight=german_number(version.price_weight)))
    return told, [] if version.criteria else [say("Die Gewichte der Kriterien fehlen.")]


# What only an act of the procedure fills; all other gaps are filled by a person's words.
DEEDS: tuple[Teller, ...] = (_chosen, _rejected, _winner)
TELLERS: tuple[tuple[Message, Teller], ...] = (
    (say("Auftraggeber, Gegenstand und Wert"), _subject),
    (say("Berücksichtigte Bieter und Gründe ihrer Auswahl"), _chosen),
    (say("Nicht berücksichtigte Angebote und Gründe"), _rejected),
    (say("Ungewöhnliche Preise: Fragen, Antworten, Ergebnis"), _too_low),
    (say("Erfolgreicher Bieter, Gründe, Unteraufträge"), _winner),
    (say("Umstände, die das gewählte Verfahren rechtfertigen"), _negotiation),
    (say("Umstände, die einen Verzicht auf öffentlichen Wettbewerb rechtfertigen"), _without_call),
    (say("Gründe für den Verzicht auf eine Vergabe"), _renounced),
    (say("Gründe für andere als elektronische Mittel"), _paper),
    (say("Interessenkonflikte und Abhilfe"), _conflicts),
    (say("Gründe für die gemeinsame Vergabe mehrerer Lose"), _lots),
    (say("Gewichtung der Zuschlagskriterien"), _weights),
)
