"""What the record tells beyond the twelve items: value, buyers, notice, questions, opening, letters, each with what is still missing."""

from collections.abc import Callable
from dataclasses import dataclass, field

from commons.words import Message, german_number, say
from procurement.models import Tender
from procurement.queries.awards import complaints_of, find_decision, letters_of
from procurement.queries.bids import find_opening
from procurement.queries.tender_documents import current_version, questions_of, versions_of
from procurement.queries.tender_values import estimate_of, member_bindings, profile_of, rule_rows, summands_of
from procurement.queries.tenders import PUBLIC, SEALED
from procurement.rules.procedure import duties
from procurement.rules.procedure_estimate import Source
from procurement.tender_stages import LETTER_NAMES, LetterKind, TenderStage

SOURCES: dict[Source, Message] = {Source.HISTORY: say("letzte Preise"), Source.QUOTE: say("Angebot"), Source.GUESS: say("Schätzung")}
RUNNING = frozenset({TenderStage.PUBLISHED, TenderStage.OPENED, TenderStage.EVALUATED, TenderStage.AWARDED})


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One further chapter of the record."""

    key: str
    title: Message
    told: tuple[Message, ...]
    gaps: tuple[Message, ...] = field(default=())


Told = tuple[list[Message], list[Message]]


def chapters_of(tender: Tender) -> list[Chapter]:
    """Tell the chapters that have something to tell or to ask for."""
    chapters = [(key, title, tell(tender)) for key, title, tell in CHAPTERS]
    return [Chapter(key=key, title=title, told=tuple(told), gaps=tuple(gaps)) for key, title, (told, gaps) in chapters if told or gaps]


def _value(tender: Tender) -> Told:
    told = [
        say(
            "%(lot)s, %(town)s: %(net)s € netto (%(reckoning)s; Quelle: %(source)s).",
            lot=counted.summand.lot,
            town=row.municipality.name,
            net=german_number(counted.net, 2),
            reckoning=counted.reckoning,
            source=SOURCES[row.source],
        )
        for row, counted in zip(summands_of(tender), estimate_of(tender).summands, strict=True)
    ]
    told += [
        say(
            "Entschieden bei %(net)s € nach dem Regelstand vom %(day)s, Prüfsumme %(hash)s.",
            net=german_number(one.net, 2),
            day=one.rule_day,
            hash=one.rule_fingerprint,
        )
        for one in tender.decisions
    ]
    return told, []


def _buyers(tender: Tender) -> Told:
    told = [
        say(
            "%(town)s: Beschluss %(resolution)s; es unterzeichnet %(person)s.",
            town=one.municipality,
            resolution=one.resolution or "–",
            person=one.signatory.name if one.signatory else "–",
        )
        for one in member_bindings(tender)
    ]
    gone = [buyer for buyer in tender.buyers if buyer.withdrawn_at is not None]
    told += [say("%(town)s ist ausgeschieden: %(reason)s", town=buyer.municipality.name, reason=buyer.withdrawn_reason or "–") for buyer in gone]
    return told, []


def _notice(tender: Tender) -> Told:
    told = [say("Bekanntmachung: %(place)s, %(day)s.", place=one.place, day=one.published_on) for one in tender.notices]
    told += [_version(one.number, one.published_at, one.change_text) for one in versions_of(tender)]
    gaps = []
    if tender.procedure in PUBLIC and tender.stage in RUNNING and not any(not one.is_ex_post for one in tender.notices):
        gaps.append(say("Ort und Tag der Bekanntmachung sind noch nicht vermerkt."))
    if tender.stage is TenderStage.AWARDED and _is_published_afterwards(tender) and not any(one.is_ex_post for one in tender.notices):
        gaps.append(say("Die Bekanntmachung nach dem Zuschlag ist noch nicht vermerkt."))
    if tender.version and current_version(tender).proofs:
        told.append(say("Nachweise über Eigenerklärungen hinaus: %(proofs)s", proofs=current_version(tender).proofs))
    return told, gaps


def _version(number: int, moment: object, change: str | None) -> Message:
    if change:
        return say("Unterlagen, Fassung %(number)s, %(moment)s: %(change)s", number=number, moment=moment, change=change)
    return say("Unterlagen, Fassung %(number)s, %(moment)s.", number=number, moment=moment)


def _is_published_afterwards(tender: Tender) -> bool:
    decision = find_decision(tender)
    if tender.procedure is None or decision is None:
        return False
    net, profile = max(tender.estimated_net or decision.total, decision.total), profile_of(tender)
    found = duties(net, procedure=tender.procedure, kind=tender.kind, day=tender.begins_on, rows=rule_rows(), profile=profile)
    return any(duty.key == "ex_post_publication_from" and duty.applies for duty in found)


def _questions(tender: Tender) -> Told:
    told = [
        say("%(question)s – %(answer)s (an alle am %(moment)s)", question=one.published_text or one.text, answer=one.answer or "", moment=one.answered_at)
        for one in questions_of(tender)
        if one.answered_at is not None
    ]
    waiting = sum(one.answered_at is None for one in questions_of(tender))
    return told, [say("Unbeantwortete Bieterfragen: %(count)s.", count=waiting)] if waiting else []


def _opening(tender: Tender) -> Told:
    session = find_opening(tender)
    if session is None or tender.procedure not in SEALED:
        return [], []
    officers = [holder for holder in (session.first_by, session.second_by) if holder is not None]
    names = ", ".join(f"{holder.key.person.name} ({holder.administration.name})" for holder in officers)
    told = [say("Geöffnet am %(moment)s von %(names)s.", moment=tender.opened_at, names=names)] if tender.opened_at else []
    return told + ([say("Anwesend: %(names)s.", names=session.persons_present)] if session.persons_present else []), []


def _letters(tender: Tender) -> Told:
    sent = [one for one in letters_of(tender) if one.sent_on is not None]
    told = [
        say("%(kind)s an %(name)s: %(day)s, %(channel)s.", kind=LETTER_NAMES[one.kind], name=one.recipient, day=one.sent_on, channel=one.channel or "–")
        for one in sent
    ]
    for one in complaints_of(tender):
        told.append(say("Beanstandung von %(name)s am %(day)s: %(text)s", name=one.complainant, day=one.received_on, text=one.text))
        told += [say("Ergebnis: %(text)s", text=one.outcome)] if one.outcome else []
    waiting = [one for one in letters_of(tender, LetterKind.AWARD) if one.sent_on is None]
    return told, [say("Das Zuschlagsschreiben an %(name)s ist noch nicht als versandt vermerkt.", name=one.recipient) for one in waiting]


CHAPTERS: tuple[tuple[str, Message, Callable[[Tender], Told]], ...] = (
    ("wert", say("Wertschätzung und Regelstand"), _value),
    ("kaeufer", say("Abrufberechtigte und was sie bindet"), _buyers),
    ("bekanntmachung", say("Bekanntmachung und Unterlagen"), _notice),
    ("fragen", say("Bieterfragen und Antworten"), _questions),
    ("oeffnung", say("Öffnung der Angebote"), _opening),
    ("schreiben", say("Schreiben und Beanstandungen"), _letters),
)
