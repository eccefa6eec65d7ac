"""The papers of a procurement: documents, price sheet, one-page note, fields of the notice."""

from dataclasses import replace
from decimal import Decimal

from commons import clock, journal
from commons.calendar_days import today_of
from commons.words import german_number, shown
from procurement.exchange import notice_sheet, paper, price_sheet
from procurement.exchange.accessible_pdf import pages_of
from procurement.exchange.paper import Paper, PaperTable, Section
from procurement.models import Tender, TenderPosition, TenderVersion
from procurement.queries.tender_documents import announced_of
from procurement.queries.tender_values import estimate_of, own_estimate_of, procedure_name, summands_of
from procurement.queries.wording import unit_name
from procurement.rules.procedure_estimate import Source
from procurement.rules.scoring import TieStep, formula
from procurement.rules.sealing import key_print

SOURCES = {Source.HISTORY: "letzte Preise", Source.QUOTE: "Angebot", Source.GUESS: "Schätzung"}
TIES = {TieStep.LOWER_PRICE: "niedrigerer Preis", TieStep.BETTER_QUALITY: "bessere Leistung", TieStep.DRAW: "Losentscheid vor zwei Zeugen"}

# Sizes of letters and longest reasons, tried until the note for the council fits on its one page.
ONE_PAGE = (("10.5", 10_000), ("9", 10_000), ("9", 1_200), ("8", 600))


def money(amount: Decimal | None) -> str:
    """Write an amount with its unit."""
    return "–" if amount is None else f"{german_number(amount, 2)} €"


def buyers_of(tender: Tender) -> list[str]:
    """Return the names of the call-off parties that are still in."""
    return sorted(buyer.municipality.name for buyer in tender.buyers if buyer.withdrawn_at is None)


def headed(tender: Tender, title: str, kind: str, **parts: object) -> Paper:
    """Return a paper with its head and foot."""
    length, head = journal.head()
    return Paper(
        title=title,
        kind=kind,
        author=tender.lead_municipality.name,
        printed=shown(today_of(clock.now())),
        journal=f"{length}, {head}",
        **parts,  # type: ignore[arg-type]
    )


def documents_of(tender: Tender, version: TenderVersion) -> bytes:
    """Return the tender documents of a version as PDF."""
    facts = (
        ("Fassung", str(version.number)),
        ("Verfahren", str(procedure_name(tender) or "")),
        ("Auftraggeber", ", ".join(buyers_of(tender))),
        ("Federführung", tender.lead_municipality.name),
        ("Laufzeit", f"{shown(tender.bundle.term_from)} bis {shown(tender.bundle.term_until)}"),
        ("Angebotsfrist", shown(tender.deadline) if tender.deadline else "–"),
        ("Bindefrist", shown(tender.binding_until) if tender.binding_until else "–"),
    )
    sections = [Section(title="Anschreiben", paragraphs=tuple(filter(None, version.cover_letter.split("\n")))), _rules(tender, version)]
    if version.change_text:
        sections.insert(0, Section(title=f"Änderung in Fassung {version.number}", paragraphs=(version.change_text,)))
    sections += [_lot(tender, version, lot.id, f"{lot.name}: {lot.title}") for lot in tender.lots]
    sections.append(_receipts(tender, version))
    return paper.write(headed(tender, tender.title, "Vergabeunterlagen", facts=facts, sections=tuple(sections), is_flipped=True))


def _rules(tender: Tender, version: TenderVersion) -> Section:
    points = [str(formula(announced_of(version)))]
    points += [f"Kriterium „{one.name}“: Gewicht {german_number(one.weight)}. {one.scale}" for one in version.criteria]
    points.append("Bei Gleichstand entscheidet: " + ", dann ".join(TIES[TieStep(step)] for step in version.tie_rule) + ".")
    points.append(f"Verglichen wird {'brutto' if version.compared_on.value == 'gross' else 'netto'}. Es gilt der Einheitspreis.")
    points.append("Skonto wird gewertet." if version.skonto_counts else "Skonto wird nicht gewertet, aber Vertragsbestandteil.")
    points.append("Ein Nachlass ohne Bedingung wird gewertet, wenn er an der vorgesehenen Stelle steht.")
    points.append(_variants(version))
    points.append("Lieferkosten gibt der Bieter je Gemeinde an, einmal je Auftrag; ohne Angabe ist frei Haus geboten. Sie zählen zum Wertungspreis.")
    points += _limits(version)
    points.append(f"Abrufen dürfen nur: {', '.join(buyers_of(tender))}.")
    points.append(
        "Rechtzeitig ist, was vollständig bis einschließlich der Sekunde des Fristendes auf dem Server eingegangen ist. Es zählt die Uhr des Servers."
    )
    points.append(f"Nachweise: {version.proofs}" if version.proofs else "Als Nachweis genügen Eigenerklärungen; ein Eintrag im PQ-VOL reicht aus.")
    return Section(title="Bedingungen und Wertung", points=tuple(points))


def _variants(version: TenderVersion) -> str:
    if not version.variants_admitted:
        return "Nebenangebote sind nicht zugelassen."
    most = {None: "beliebig viele je Firma", 1: "eines je Firma"}.get(version.variants_max, f"höchstens {version.variants_max} je Firma")
    return (
        f"Nebenangebote sind zugelassen, {most} neben ihrem Hauptangebot; jedes nennt, worin es abweicht, und wird wie ein eigenes Angebot gewertet. "
        "Grenzen für Lose und Bieter gelten für die Firma mit allen ihren Angeboten, "
        "Lieferkosten und Mindestauftragswert des Hauptangebots auch für ihre Nebenangebote."
    )


def _limits(version: TenderVersion) -> list[str]:
    points = []
    if version.max_lots_bid is not None:
        points.append(f"Ein Bieter darf für höchstens {version.max_lots_bid} Lose bieten.")
    if version.max_lots_per_bidder is not None:
        points.append(f"Ein Bieter erhält höchstens {version.max_lots_per_bidder} Lose. {version.lot_limit_rule or ''}".strip())
    if version.max_bidders is not None:
        points.append(f"Es werden höchstens {version.max_bidders} Bieter beauftragt.")
    if version.packages_admitted:
        groups = "; ".join(" + ".join(f"Los {lot}" for lot in lots) for lots in version.combinations) or "beliebige Lose"
        points.append(f"Kombinationen von Losen zu einem Gesamtpreis oder mit Nachlass sind zugelassen: {groups}.")
    else:
        points.append("Kombinationen von Losen sind nicht zugelassen.")
    if version.framework_max_value is not None:
        points.append(f"Höchstwert der Rahmenvereinbarung: {money(version.framework_max_value)} netto; danach verliert sie ihre Wirkung.")
    if version.framework_max_percent is not None:
        points.append(f"Höchstmenge: {german_number(version.framework_max_percent)} % der geschätzten Menge.")
    return points


def _lot(tender: Tender, version: TenderVersion, lot_id: int, title: str) -> Section:
    names = {buyer.municipality_id: buyer.municipality.name for buyer in tender.buyers if buyer.withdrawn_at is None}
    ordered = sorted(names, key=lambda municipality_id: names[municipality_id])
    rows = tuple(_cells(position, ordered) for position in version.positions if position.tender_lot_id == lot_id)
    head = ("Pos.", "Bezeichnung", "Einheit", *(names[municipality_id] for municipality_id in ordered), "Gesamt")
    return Section(title=title, tables=(PaperTable(head=head, rows=rows, numeric=tuple(range(3, len(head))), wide=1),))


def _cells(position: TenderPosition, ordered: list[int]) -> tuple[str, ...]:
    shares = [german_number(Decimal(position.shares.get(str(municipality_id), "0"))) for municipality_id in ordered]
    return (position.number, position.text, unit_name(position.unit), *shares, german_number(position.quantity))


def _receipts(tender: Tender, version: TenderVersion) -> Section:
    points = []
    if tender.public_key is not None:
        points.append(f"Prüfwert des Schlüssels, zum Vergleichen beim Versiegeln: {key_print(tender.public_key)}")
        points.append(f"Öffentlicher Schlüssel dieser Ausschreibung (X25519): {tender.public_key.hex()}")
    if version.receipt_public_key is not None:
        points.append(f"Prüfschlüssel der Quittungen (Ed25519): {version.receipt_public_key.hex()}")
    if tender.draw_seed_hash:
        points.append(f"Prüfsumme des Startwerts für einen Losentscheid: {tender.draw_seed_hash}")
    return Section(title="Prüfwerte", points=tuple(points))


def price_sheet_of(tender: Tender, version: TenderVersion) -> bytes:
    """Return the price sheet of a version as Excel."""
    lots = tuple((f"{lot.name}: {lot.title}", _sheet_positions(version, lot.id)) for lot in tender.lots)
    deadline = shown(tender.deadline) if tender.deadline else "–"
    return price_sheet.write(
        price_sheet.PriceSheet(
            tender=str(tender.id),
            version=version.number,
            title=tender.title,
            deadline=deadline,
            lots=lots,
            places=tuple(buyers_of(tender)),
            admits_combinations=version.packages_admitted,
        )
    )


def _sheet_positions(version: TenderVersion, lot_id: int) -> tuple[price_sheet.SheetPosition, ...]:
    return tuple(_sheet_position(position) for position in version.positions if position.tender_lot_id == lot_id)


def _sheet_position(position: TenderPosition) -> price_sheet.SheetPosition:
    return price_sheet.SheetPosition(
        number=position.number, text=position.text, quantity=position.quantity, unit=unit_name(position.unit), fingerprint=position.fingerprint
    )


def note_of(tender: Tender) -> bytes:
    """Return the note for the council on one page: long reasons are set smaller, and in the end cut; the record holds them whole."""
    *larger, smallest = (replace(_note(tender, longest), points_high=points_high) for points_high, longest in ONE_PAGE)
    fitting = (note for note in map(paper.write, larger) if pages_of(note) == 1)
    return next(fitting, None) or paper.write(smallest)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest].rstrip()} … (vollständig im Vergabevermerk)"


def _note(tender: Tender, longest: int) -> Paper:
    counted, decision = estimate_of(tender), tender.decisions[-1] if tender.decisions else None
    facts = (
        ("Maßnahme", f"{tender.bundle.measure.number} {tender.bundle.measure.title}"),
        ("Federführung", tender.lead_municipality.name),
        ("Beteiligte", ", ".join(buyers_of(tender))),
        ("Geschätzter Wert netto", money(counted.net)),
        ("Verfahren", str(procedure_name(tender) or "noch nicht entschieden")),
        ("Angebotsfrist", shown(tender.deadline) if tender.deadline else "–"),
    )
    rows = tuple((name, money(net)) for name, net in sorted(counted.by_municipality().items()))
    sections = [Section(title="Anteile der Gemeinden", tables=(PaperTable(head=("Gemeinde", "Anteil netto"), rows=rows, numeric=(1,)),))]
    if decision is not None:
        reasons = (*map(str, decision.reasons_said), *((_cut(decision.reason, longest),) if decision.reason else ()))
        sections.append(Section(title="Warum dieses Verfahren", points=reasons))
    sections.append(Section(title="Warum diese Lose zusammen", paragraphs=(_cut(tender.grouping_reason, longest),)))
    return headed(tender, f"Vermerk: {tender.title}", "Vermerk für Rat und Akte", facts=facts, sections=tuple(sections))


def estimate_paper_of(tender: Tender) -> bytes:
    """Return the estimate with every summand and the rules it was measured by."""
    rows = []
    for row, counted in zip(summands_of(tender), estimate_of(tender).summands, strict=True):
        source = f"{SOURCES[row.source]}{f', {row.remark}' if row.remark else ''}"
        rows.append((counted.summand.lot, row.municipality.name, str(counted.reckoning), source, money(counted.net), money(counted.gross)))
    table = PaperTable(head=("Los", "Gemeinde", "Berechnung", "Quelle", "netto", "brutto"), rows=tuple(rows), numeric=(4, 5), wide=3)
    facts = (("Summe netto", money(estimate_of(tender).net)), ("Stichtag", shown(tender.begins_on)))
    return paper.write(headed(tender, f"Wertschätzung: {tender.title}", "§ 3 VgV", facts=facts, sections=(Section(title="Summanden", tables=(table,)),)))


def notice_of(tender: Tender, version: TenderVersion) -> bytes:
    """Return the fields of the notice with their eForms numbers, to copy."""
    cpv = sorted({position.cpv for position in version.positions if position.cpv})
    fields = [
        ("BT-500", "Name der federführenden Stelle", tender.lead_municipality.name),
        ("BT-21", "Titel", tender.title),
        ("BT-24", "Beschreibung", version.cover_letter),
        ("BT-105", "Verfahrensart", str(procedure_name(tender) or "")),
        ("BT-23", "Art des Auftrags", {"supplies": "Lieferungen", "services": "Dienstleistungen", "works": "Bauleistungen"}[tender.kind.value]),
        ("BT-262", "Klassifikation (CPV)", ", ".join(cpv)),
        ("BT-27", "Geschätzter Wert netto", money(own_estimate_of(tender).net)),
        ("BT-271", "Höchstwert der Rahmenvereinbarung", money(version.framework_max_value)),
        ("BT-36", "Laufzeit", f"{shown(tender.bundle.term_from)} bis {shown(tender.bundle.term_until)}"),
        ("BT-131", "Schlusstermin für Angebote", shown(tender.deadline) if tender.deadline else ""),
        ("BT-98", "Bindefrist", shown(tender.binding_until) if tender.binding_until else ""),
        ("BT-31", "Höchstzahl der Lose je Angebot", str(version.max_lots_bid or "")),
        ("BT-33", "Höchstzahl der Lose je Zuschlag", str(version.max_lots_per_bidder or "")),
        *((("", "Prüfwert des Schlüssels für Angebote", key_print(tender.public_key)),) if tender.public_key else ()),
        ("BT-539", "Zuschlagskriterien", str(formula(announced_of(version)))),
        *(("BT-137", f"{lot.name}", lot.title) for lot in tender.lots),
        *(("BT-508", "Abrufberechtigt", name) for name in buyers_of(tender)),
    ]
    return notice_sheet.write(tender.title, fields)
