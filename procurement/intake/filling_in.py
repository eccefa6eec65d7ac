"""The fill-in list of an organisation: what it asked for last, what the catalogue knows, and who may pay."""

from commons.people import Actor
from commons.shipped import parts, rows
from procurement import catalogue
from procurement.exchange import fill_in_sheet
from procurement.exchange.fill_in_sheet import FillIn, KnownLine
from procurement.intake.payers import last_list, towns
from procurement.models import PurchaseRequestLine

EXPLANATION = "Bitte füllen Sie die hellen Zellen aus und laden Sie die Datei wieder hoch. Zeilen ohne Menge zählen nicht."
UNITS = 40


def fill_in_list(year: int, *, by: Actor) -> bytes:
    """Return the fill-in list for a year as Excel, with the lines of the last list that this organisation handed in."""
    lines = last_list(by, before=year)
    known = [_known(line) for line in lines]
    units = list(dict.fromkeys([*(line.unit for line in known), *_units()]))[:UNITS]
    content = FillIn(
        title=f"Bedarf {year}",
        place=f"{by.organisation_name}, {by.municipality_name}",
        explanation=EXPLANATION,
        lines=known,
        articles=sorted({*(article.name for article in catalogue.articles()), *(line.article for line in known)}, key=str.casefold),
        units=units,
        payers=[town.name for town in towns()],
    )
    return fill_in_sheet.write(content)


def _known(line: PurchaseRequestLine) -> KnownLine:
    return KnownLine(
        article=line.text,
        specification=line.specification or "",
        unit=line.unit_sent,
        quantity=line.quantity_sent,
        price=line.price_net,
        account=line.budget_account or "",
        place=line.delivery_place or "",
        payer=line.request.municipality.name,
    )


def _units() -> list[str]:
    """Return the units by their first German name, the common ones first as the table has them."""
    return [parts(row["names"])[0] for row in rows("units_of_measure.csv")]
