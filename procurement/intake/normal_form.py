"""Bring what a person writes into the normal form: exact quantity in the base unit, net price."""

from decimal import Decimal

from commons.errors import RuleBroken
from commons.numbers import AmbiguousNumber, ForeignNumber, NotANumber, plain, rounded
from commons.words import say
from procurement.intake.writing import NewLine
from procurement.rules.amounts import Amount, amount_of
from procurement.rules.price_text import Price, PriceTerms, price_of

PLACES = 6
MOST = Decimal(10) ** 12


class QuantityZero(RuleBroken):
    """Whoever needs nothing writes no line."""

    def __init__(self) -> None:
        super().__init__(say("Die Menge ist 0. Bitte geben Sie eine Menge an oder lassen Sie die Zeile weg."), field="quantity")


class QuantityOutOfReach(RuleBroken):
    """A quantity has at most six decimal places and is below a million million."""

    def __init__(self) -> None:
        super().__init__(say("Die Menge ist zu groß oder hat mehr als sechs Nachkommastellen."), field="quantity")


def line_by_hand(
    *,
    text: str,
    quantity: str,
    unit: str,
    specification: str = "",
    price: str = "",
    budget_account: str = "",
    delivery_place: str = "",
    internal_note: str = "",
) -> NewLine:
    """Read a line from a form; a broken rule names its field."""
    article = f"{text}, {specification}" if specification.strip() else text
    amount = _amount(quantity, unit, article)
    known = _price(price, amount, article) if price.strip() else None
    return NewLine(
        text=text,
        specification=specification.strip() or None,
        quantity_sent=amount.quantity,
        unit_sent=amount.unit or "Stück",
        quantity_in_base_unit=amount.in_base,
        base_unit=amount.content.base,
        price_net=rounded(known.net, 4) if known else None,
        price_net_per_base_unit=rounded(known.net_per_base_unit, PLACES) if known else None,
        budget_account=budget_account.strip() or None,
        delivery_place=delivery_place.strip() or None,
        internal_note=internal_note.strip() or None,
        reading=_reading(amount),
    )


def _reading(amount: Amount) -> dict[str, object]:
    content = amount.content
    known: dict[str, list[object]] = {
        "packs": [[code, plain(factor)] for code, factor in content.packs],
        "others": [[plain(factor), base] for factor, base in content.others],
        "spans": [list(span) for span in content.spans],
    }
    return {key: value for key, value in known.items() if value}


def _amount(quantity: str, unit: str, article: str) -> Amount:
    try:
        amount = amount_of(quantity, unit, article)
    except (AmbiguousNumber, ForeignNumber, NotANumber) as broken:
        raise RuleBroken(broken.message, field="quantity") from broken
    check_in_reach(amount.quantity, amount.in_base)
    return amount


def check_in_reach(*amounts: Decimal) -> None:
    """Refuse quantities that the tables cannot keep exactly."""
    for amount in amounts:
        if amount == 0:
            raise QuantityZero
        if abs(amount) >= MOST or -int(amount.normalize().as_tuple().exponent) > PLACES:
            raise QuantityOutOfReach


def _price(written: str, amount: Amount, article: str) -> Price | None:
    try:
        return price_of(written, amount, article, PriceTerms(gross=False, vat_percent=Decimal(19)))
    except (AmbiguousNumber, ForeignNumber, NotANumber) as broken:
        raise RuleBroken(broken.message, field="price") from broken
