"""Turn the rows of a table into demand lines, faults and rows passed over; nothing is lost and nothing is guessed."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from commons.errors import RuleBroken
from commons.numbers import AmbiguousNumber, NumberLanguage
from commons.words import Message, say
from procurement.cells import MissingValue, Raw, Sheet, shown
from procurement.rules import ditto, row_kinds
from procurement.rules.amounts import Amount, QuantityUnclear, SeveralArticles, UnitUnknown, amount_of
from procurement.rules.columns import Table, is_header
from procurement.rules.contents import PackContentMissing
from procurement.rules.demand import Answers, DemandLine, Fault, FaultKind, RowRef, Skipped, SkipReason
from procurement.rules.header_words import Field
from procurement.rules.price_text import Price, PriceTerms, PriceUnclear, price_of, vat_said
from procurement.rules.row_parts import asks_for_several

ASKED = (AmbiguousNumber, PackContentMissing, QuantityUnclear, SeveralArticles, UnitUnknown, PriceUnclear)
NOTHING = re.compile(r"\s*0+(?:[.,]0+|,-)?\s*(?:[^\d\s,.].*)?", re.DOTALL)
PER_HEADING = re.compile(r"(?:je|pro|per|/) ?(\d{1,5})\b")
TOLD_EVERY = 500
Cells = Mapping[Field, Sequence[tuple[int, Raw]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ListTerms:
    """What holds for a whole list: its name, its prices, its language."""

    list: str
    vat_percent: Decimal = Decimal(19)
    language: NumberLanguage = NumberLanguage.GERMAN


@dataclass(kw_only=True)
class Lines:
    """What was read so far."""

    lines: list[DemandLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


class CellRefused(Exception):
    """Carry the fault of a cell to the row that holds it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault.message))
        self.fault = fault


class TableReader:
    """Read the rows of one table."""

    def __init__(self, sheet: Sheet, table: Table, terms: ListTerms, answers: Answers) -> None:
        self.sheet, self.table, self.terms, self.answers = sheet, table, terms, answers
        self.found = Lines()
        self._above = self._unit_above = ""
        self._section: str | None = None
        self._gross = is_gross(table)
        said = PER_HEADING.search(table.heading(Field.PRICE))
        self._per = Decimal(said[1]) if said else None

    def read(self, told: Callable[[int], None] | None = None) -> Lines:
        """Read every row below the heading; `told` hears now and then how many are done."""
        last_demand = self._last_demand()
        for row in range(self.table.header_last + 1, self.table.last_row + 1):
            self._row(row, after_demand=row > last_demand)
            if told is not None and row % TOLD_EVERY == 0:
                told(row - self.table.header_last)
        return self.found

    def _last_demand(self) -> int:
        rows = range(self.table.last_row, self.table.header_last, -1)
        return next((row for row in rows if Field.QUANTITY in row_kinds.values_of(self.sheet, row, self.table)), 0)

    def _row(self, row: int, *, after_demand: bool) -> None:
        text = row_kinds.row_text(self.sheet, row)
        if not text:
            return
        values = row_kinds.values_of(self.sheet, row, self.table)
        reason = self._reason(row, values, after_demand=after_demand)
        if reason is not None:
            self.found.skipped.append(Skipped(ref=self._ref(row), reason=reason, text=text))
            return
        self._demand(row, values)

    def _reason(self, row: int, values: Cells, *, after_demand: bool) -> SkipReason | None:
        if self._hidden(row):
            return SkipReason.HIDDEN
        if is_header(self.sheet, row, self.table):
            return SkipReason.HEADER
        if row_kinds.is_sum(self.sheet, row, values, counts=Field.QUANTITY in self._fields()):
            return SkipReason.SUBTOTAL
        if self._answer(row, "row") == "skip":
            return SkipReason.NOTE
        if Field.QUANTITY in self._fields() and row_kinds.is_heading(values):
            return self._heading(row, after_demand=after_demand)
        return None

    def _fields(self) -> set[Field | None]:
        return {column.field for column in self.table.columns}

    def _hidden(self, row: int) -> bool:
        return (self.sheet.hidden or row in self.sheet.hidden_rows) and self._answer(row, "hidden") != "read"

    def _heading(self, row: int, *, after_demand: bool) -> SkipReason:
        text = row_kinds.first_text(self.sheet, row)
        if after_demand or row_kinds.is_note(text):
            return SkipReason.NOTE
        self._section = text.strip("* -=")
        return SkipReason.SECTION

    def _demand(self, row: int, values: Cells) -> None:
        try:
            article, specification = self._article(row, values)
            wanted = list(self._wanted(row, values, article))
            for part, (text, quantity) in wanted:
                self._line(row, values, part=part, text=text, specification=specification, quantity=quantity)
        except CellRefused as refused:
            self.found.faults.append(refused.fault)

    def _wanted(self, row: int, values: Cells, article: str) -> Iterator[tuple[int | None, tuple[str, Decimal | str]]]:
        """Yield the article with its quantity, or the parts into which a person split the row."""
        parts = self._answer(row, "parts")
        if parts is None:
            if asks_for_several(article):
                raise self._fault(row, Field.QUANTITY, FaultKind.ASK, "article", SeveralArticles(article).message, article)
            yield None, (article, self._quantity(row, values, article))
            return
        for number, entry in enumerate(filter(None, map(str.strip, parts.splitlines())), start=1):
            text, _, quantity = entry.rpartition(";")
            yield number, (text.strip(), quantity.strip())

    def _line(self, row: int, values: Cells, *, part: int | None, text: str, specification: str | None, quantity: Decimal | str) -> None:
        if quantity == 0 or (isinstance(quantity, str) and NOTHING.fullmatch(quantity)):
            self.found.skipped.append(Skipped(ref=self._ref(row, part), reason=SkipReason.ZERO, text=text))
            return
        full = f"{text}, {specification}" if specification else text
        amount = self._amount(row, values, full, quantity)
        price = self._price(row, values, amount, full)
        self.found.lines.append(
            DemandLine(
                ref=self._ref(row, part),
                unit_column=self.table.number(self._column_for("unit")) or 1,
                text=text,
                specification=specification,
                quantity=amount.quantity,
                unit=amount.unit,
                quantity_in_base_unit=amount.in_base,
                base_unit=amount.content.base,
                factor=amount.content.factor,
                packs=amount.content.packs,
                other_readings=amount.content.others,
                pack_spans=amount.content.spans,
                price_net=price.net if price else None,
                price_net_per_base_unit=price.net_per_base_unit if price else None,
                price_written=self._written(values, Field.PRICE),
                price_gross=self._gross,
                vat_percent=self._vat(values),
                section=self._section,
                group=self._written(values, Field.GROUP),
                department=self._written(values, Field.DEPARTMENT),
                place=self._written(values, Field.PLACE),
                account=self._written(values, Field.ACCOUNT),
                note=self._written(values, Field.NOTE),
                article_number=self._written(values, Field.ARTICLE_NUMBER),
                ean=self._written(values, Field.EAN),
                brand=self._written(values, Field.BRAND),
            )
        )

    def _article(self, row: int, values: Cells) -> tuple[str, str | None]:
        text = self._answer(row, "article") or self._written(values, Field.ARTICLE) or ""
        specification = self._written(values, Field.SPECIFICATION)
        if not text and not specification:
            raise self._fault(row, Field.ARTICLE, FaultKind.ASK, "article", say("In dieser Zeile steht kein Artikel. Bitte ergänzen Sie ihn."), "")
        if ditto.is_ditto(text):
            text = ditto.resolved(text, self._above) if self._above else text
        if not text:
            text, specification = specification or "", None
        self._above = text
        return text, specification

    def _quantity(self, row: int, values: Cells, article: str) -> Decimal | str:
        """Return the raw quantity; without a quantity column each row counts one piece."""
        if Field.QUANTITY not in self._fields():
            return Decimal(1)
        answer = self._answer(row, "quantity")
        field = Field.TOTAL if self._counts_by_total() else Field.QUANTITY
        value = answer if answer is not None else next((value for _, value in values.get(field, ())), None)
        return self._usable(row, field, "quantity", value, article)

    def _counts_by_total(self) -> bool:
        """Tell whether only the total has a unit: packs are counted there without being named."""
        return {Field.TOTAL, Field.TOTAL_UNIT} <= self._fields() and Field.UNIT not in self._fields()

    def _usable(self, row: int, column: Field, name: str, value: Raw, article: str) -> Decimal | str:
        match value:
            case None:
                message = say("Die Menge fehlt. Bitte ergänzen Sie sie oder streichen Sie die Zeile.")
                raise self._fault(row, column, FaultKind.ASK, name, message, article)
            case MissingValue():
                message = say("Die Formel „%(formula)s“ hat keinen gespeicherten Wert. Bitte tragen Sie die Zahl ein.", formula=value.formula)
                raise self._fault(row, column, FaultKind.ASK, name, message, article)
            case bool() | dt.date() | dt.time() | dt.timedelta():
                message = say("Hier steht „%(written)s“ statt einer Zahl. Bitte tragen Sie die Zahl ein.", written=shown(value))
                raise self._fault(row, column, FaultKind.REFUSE, name, message, article)
            case _:
                return value

    def _amount(self, row: int, values: Cells, article: str, quantity: Decimal | str) -> Amount:
        try:
            amount = amount_of(quantity, self._unit(row, values), article, language=self.terms.language)
            self._check_total(row, values, amount, article)
            return amount
        except RuleBroken as broken:
            name = broken.field if broken.field in {"unit", "article"} else "quantity"
            column = self._column_for(name)
            raise self._fault(row, column, _kind(broken), name, broken.message, article, getattr(broken, "readings", ())) from broken

    def _check_total(self, row: int, values: Cells, amount: Amount, article: str) -> None:
        """Ask where the total that a list states itself is not what its packs hold."""
        total = next((value for _, value in values.get(Field.TOTAL, ()) if isinstance(value, Decimal | str)), None)
        unit = self._written(values, Field.TOTAL_UNIT)
        if total is None or unit is None or self._counts_by_total() or {"quantity", "unit"} & {name for _, at, name in self.answers if at == row}:
            return
        try:
            stated = amount_of(total, unit, article, language=self.terms.language)
        except RuleBroken:  # the unit of the total may be a pack of unknown content
            return
        if stated.content.base == amount.content.base and stated.in_base != amount.in_base:
            message = say("Die Gesamtmenge %(total)s %(unit)s passt nicht zu Anzahl und Packung. Bitte geben Sie an, was gilt.", total=total, unit=unit)
            raise self._fault(row, Field.TOTAL, FaultKind.ASK, "quantity", message, article, (stated.in_base, amount.in_base))

    def _column_for(self, name: str) -> Field:
        if name == "unit":
            return next((item for item in (Field.TOTAL_UNIT, Field.UNIT) if item in self._fields()), Field.QUANTITY)
        return Field.QUANTITY

    def _unit(self, row: int, values: Cells) -> str:
        answer = self._answer(row, "unit")
        if answer is not None:
            return answer
        unit = self._written(values, Field.UNIT) or self._written(values, Field.TOTAL_UNIT) or ""
        unit = self._unit_above = self._unit_above if ditto.is_ditto(unit) else unit
        content = self._written(values, Field.CONTENT)
        return f"{unit} {content}" if unit and content and not any(map(str.isdecimal, unit)) else unit

    def _price(self, row: int, values: Cells, amount: Amount, article: str) -> Price | None:
        answer = self._answer(row, "price")
        value = answer if answer is not None else next((value for _, value in values.get(Field.PRICE, ())), None)
        if value is None or isinstance(value, MissingValue) or value == "":
            return None
        try:
            per = next((value for _, value in values.get(Field.PRICE_UNIT, ()) if isinstance(value, Decimal)), None) or self._per
            terms = PriceTerms(gross=self._gross, vat_percent=self._vat(values), language=self.terms.language)
            return price_of(self._usable(row, Field.PRICE, "price", value, article), amount, article, terms, per=per)
        except CellRefused as refused:
            self.found.faults.append(refused.fault)
        except RuleBroken as broken:
            self.found.faults.append(self._fault(row, Field.PRICE, _kind(broken), "price", broken.message, article, getattr(broken, "readings", ())).fault)
        return None

    def _vat(self, values: Cells) -> Decimal:
        said = next((value for _, value in values.get(Field.VAT, ()) if isinstance(value, Decimal)), None)
        if said is not None:
            return said * 100 if said < 1 else said
        return vat_said(self._written(values, Field.VAT) or "", self._written(values, Field.NOTE) or "") or self.terms.vat_percent

    def _written(self, values: Cells, wanted: Field) -> str | None:
        return ", ".join(" ".join(shown(value).split()) for _, value in values.get(wanted, ())) or None

    def _answer(self, row: int, name: str) -> str | None:
        return self.answers.get((self.sheet.name, row, name))

    def _ref(self, row: int, part: int | None = None) -> RowRef:
        return RowRef(list=self.terms.list, sheet=self.sheet.name, row=row, part=part)

    def _fault(self, row: int, column: Field, kind: FaultKind, name: str, message: Message, text: str, readings: tuple[Decimal, ...] = ()) -> CellRefused:
        number = self.table.number(column) or self.table.number(Field.ARTICLE) or 1
        return CellRefused(Fault(ref=self._ref(row), column=number, kind=kind, field=name, message=message, text=text, readings=readings))


def _kind(broken: RuleBroken) -> FaultKind:
    return FaultKind.ASK if isinstance(broken, ASKED) else FaultKind.REFUSE


def is_gross(table: Table) -> bool:
    """Tell whether the prices of a table hold the value added tax: the heading says it, else the title above."""
    for text in (table.heading(Field.PRICE).casefold(), table.title.casefold()):
        if any(word in text for word in ("brutto", "inkl", "incl", "gross", "mit mwst")):
            return True
        if any(word in text for word in ("netto", "ohne mehrwert", "ohne mwst", "zzgl", "exkl", "excl", "net ")):
            return False
    return False
