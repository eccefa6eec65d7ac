"""Estimate the price of a position where no list names one, with the ground; and the value of a bundle as a sheet."""

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import select

from commons import clock, journal
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import german_number, say
from procurement.bundling.gathering import write_down
from procurement.bundling.placing import lock_open
from procurement.exchange import paper, worth_sheet
from procurement.exchange.paper import Paper, PaperTable, Section
from procurement.models import Bundle, BundlePosition, Lot, PositionEstimate
from procurement.queries.bundles import get_position
from procurement.queries.estimates import BundleWorth, Worth, estimates_in, worth_of
from procurement.queries.wording import unit_name

VALUE_HEADS = ("Los", "Letzter eigener Preis", "Preis anderer Listen", "Schätzung", "Wert netto")


class GroundMissing(RuleBroken):
    """An estimate says where it comes from."""

    def __init__(self) -> None:
        super().__init__(say("Bitte schreiben Sie, worauf die Schätzung beruht."), field="ground")


class PriceMissing(RuleBroken):
    """An estimate names a price."""

    def __init__(self) -> None:
        super().__init__(say("Bitte geben Sie den geschätzten Preis an."), field="price")


def estimate_price(bundle_id: int, position_id: int, *, price: Decimal | None, ground: str, by: Actor) -> PositionEstimate:
    """Keep the price that a person estimates for a base unit of a position; it counts for the lines without a price."""
    bundle = lock_open(bundle_id, by)
    position = get_position(bundle, position_id)
    if price is None:
        raise PriceMissing
    if not ground.strip():
        raise GroundMissing
    kept = db.session.get(PositionEstimate, position.id)
    before = {"price": str(kept.price_net), "ground": kept.ground} if kept else None
    kept = kept or PositionEstimate(position_id=position.id)
    kept.price_net, kept.ground, kept.entered_at, kept.entered_by_id = price, ground.strip(), clock.now(), by.person_id
    db.session.add(kept)
    db.session.flush()
    after = {"position": position.id, "title": position.title, "price": str(price), "ground": kept.ground}
    write_down("bundle.price_estimated", bundle, by=by, before=before, after=after)
    return kept


def worth_sheet_of(bundle: Bundle, months: int | None = None) -> bytes:
    """Return the estimated value by lot and in total as an Excel file; for the lead alone."""
    found = worth_of(bundle, months)
    rows: list[worth_sheet.Row] = [(_lot_name(lot), worth.own, worth.others, worth.typed, worth.net, worth.unpriced) for lot, worth in found.by_lot]
    rows.append(("Gesamt", found.total.own, found.total.others, found.total.typed, found.total.net, found.total.unpriced))
    hint = [f"Verfahren nach diesem Wert: {found.procedure}"] if found.procedure else []
    grounds = [f"Geschätzt: {': '.join(row)}" for row in _grounds(bundle)]
    return worth_sheet.write(bundle.title, rows, [f"Laufzeit: {found.months} Monate", *hint, *(str(text) for text in found.reasons), *grounds])


def _lot_name(lot: Lot | None) -> str:
    return f"Los {lot.number}: {lot.title}" if lot else "Noch in keinem Los"


def _grounds(bundle: Bundle) -> list[tuple[str, str, str]]:
    """Return the prices that people estimated: for which article, how much, and on what ground."""
    estimates = estimates_in(bundle)
    query = select(BundlePosition.id, BundlePosition.title, BundlePosition.base_unit).where(BundlePosition.id.in_(estimates)).order_by(BundlePosition.id)
    return [
        (title, f"{german_number(estimates[number].price_net)} € je {unit_name(unit)}", f"{estimates[number].ground} ({estimates[number].entered_by.name})")
        for number, title, unit in db.session.execute(query)
    ]


def worth_document_of(bundle: Bundle, months: int | None = None, *, by: Actor) -> bytes:
    """Return the estimated value with its sources and the procedure it leads to as an accessible PDF, for the file."""
    found, (length, head) = worth_of(bundle, months), journal.head()
    return paper.write(
        Paper(
            title=f"Geschätzter Wert: {bundle.title}",
            kind="Schätzung des Auftragswerts (§ 3 VgV)",
            author=f"{by.person_name}, {by.organisation_name}",
            printed=f"{today_of(clock.now()):%d.%m.%Y}",
            journal=f"{length}, {head}",
            facts=(("Maßnahme", f"{bundle.measure.number} {bundle.measure.title}"), ("Laufzeit", f"{found.months} Monate ab {bundle.term_from:%d.%m.%Y}")),
            sections=tuple(sections_of(bundle, found)),
            notes=("Netto über die ganze Laufzeit; die Meldungen gelten als Bedarf eines Jahres. Ein Hinweis: Entschieden wird das Verfahren in der Vergabe.",),
        )
    )


def sections_of(bundle: Bundle, found: BundleWorth) -> Iterator[Section]:
    """Return what the paper says: values by lot with their sources, the grounds of what was estimated, the procedure."""
    rows = (*(_cells(_lot_name(lot), worth) for lot, worth in found.by_lot), _cells("Gesamt", found.total))
    values = PaperTable(head=VALUE_HEADS, rows=rows, numeric=(1, 2, 3, 4), widths=(8, 4, 4, 4, 4))
    without = (f"Zeilen ohne Wert: {found.total.unpriced}. Solange sie fehlen, ist der Auftragswert zu klein.",) if found.total.unpriced else ()
    yield Section(title="Wert nach Losen", paragraphs=without, tables=(values,))
    grounds = _grounds(bundle)
    if grounds:
        yield Section(title="Geschätzte Preise", tables=(PaperTable(head=("Artikel", "Preis netto", "Grundlage"), rows=tuple(grounds), widths=(5, 3, 5)),))
    procedure = str(found.procedure) if found.procedure else "Das Verfahren lässt sich noch nicht vorschlagen."
    yield Section(title="Verfahren nach diesem Wert", paragraphs=(procedure, *(str(text) for text in found.reasons)))


def _cells(name: str, worth: Worth) -> tuple[str, ...]:
    return (name, *(f"{german_number(amount, 2)} €" for amount in (worth.own, worth.others, worth.typed, worth.net)))
