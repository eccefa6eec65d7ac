"""Keep the register of suppliers: add, change, retire, remark, import."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from commons import journal
from commons.database import db
from commons.errors import NotAllowed, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import Message, say
from procurement.entries import SUPPLIER_FIELDS
from procurement.exchange import supplier_sheet
from procurement.models import Supplier, SupplierCategory, SupplierRemark
from procurement.queries.suppliers import find_by_mail, get_supplier

MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class SupplierFaulty(RuleBroken):
    """A firm has a name, and a mail address of its own where it has one."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Name a row of a list that was not taken over, and why."""

    row: int
    message: Message


@dataclass(frozen=True, kw_only=True)
class Imported:
    """Count what an import did."""

    added: int
    changed: int
    faults: tuple[Fault, ...]


def add(values: Mapping[str, str], *, categories: list[str], by: Actor) -> Supplier:
    """Enter a firm into the register."""
    if not by.may(Permission.SUPPLIER_MANAGE):
        raise NotAllowed
    tidy = _checked(values)
    if tidy["email"] and find_by_mail(tidy["email"]) is not None:
        raise SupplierFaulty(say("Diese E-Mail-Adresse hat schon eine andere Firma im Verzeichnis."), field="email")
    firm = Supplier(added_by_id=by.person_id, **tidy)
    db.session.add(firm)
    _categorise(firm, categories)
    db.session.flush()
    journal.record("supplier.added", subject=("supplier", firm.id), by=by, after={"name": firm.name})
    return firm


def change(supplier_id: int, values: Mapping[str, str], *, categories: list[str], by: Actor) -> Supplier:
    """Change what the register says of a firm."""
    firm, tidy = get_supplier(supplier_id, by), _checked(values)
    other = find_by_mail(tidy["email"]) if tidy["email"] else None
    if other is not None and other.id != firm.id:
        raise SupplierFaulty(say("Diese E-Mail-Adresse hat schon eine andere Firma im Verzeichnis."), field="email")
    before = {name: getattr(firm, name) for name in tidy}
    for name, value in tidy.items():
        setattr(firm, name, value)
    _categorise(firm, categories)
    db.session.flush()
    journal.record("supplier.changed", subject=("supplier", firm.id), by=by, before=before, after=dict(tidy))
    return firm


def remark(supplier_id: int, text: str, *, by: Actor) -> SupplierRemark:
    """Write down a fact about a firm."""
    firm = get_supplier(supplier_id, by)
    if not text.strip():
        raise RuleBroken(say("Bitte schreiben Sie die Bemerkung auf."), field="text")
    written = SupplierRemark(supplier_id=firm.id, text=text.strip(), written_by_id=by.person_id)
    db.session.add(written)
    db.session.flush()
    journal.record("supplier.remarked", subject=("supplier", firm.id), by=by, after={"remark": written.id})
    return written


def retire(supplier_id: int, *, by: Actor) -> Supplier:
    """Ask a firm no longer; it stays in the register."""
    firm = get_supplier(supplier_id, by)
    firm.is_active = False
    journal.record("supplier.retired", subject=("supplier", firm.id), by=by, after={"is_active": False})
    return firm


def import_list(content: bytes, *, by: Actor) -> Imported:
    """Take over a list; a firm whose mail address is known is changed, a faulty row is named and left out."""
    if not by.may(Permission.SUPPLIER_MANAGE):
        raise NotAllowed
    added, changed, faults = 0, 0, []
    for row in supplier_sheet.read(content):
        known = find_by_mail(row.cells["email"]) if row.cells["email"] else None
        try:
            firm = _take_over(row.cells, known, by=by)
        except RuleBroken as broken:
            faults.append(Fault(row=row.row, message=broken.message))
            continue
        added, changed = added + (known is None), changed + (known is not None)
        if row.cells.get("remark"):
            remark(firm.id, row.cells["remark"], by=by)
    return Imported(added=added, changed=changed, faults=tuple(faults))


def _take_over(cells: Mapping[str, str], known: Supplier | None, *, by: Actor) -> Supplier:
    categories = [part.strip() for part in re.split(r"[;,\n]", cells.get("categories", "")) if part.strip()]
    if known is None:
        return add(cells, categories=categories, by=by)
    values = {name: cells.get(name) or getattr(known, name) or "" for name in SUPPLIER_FIELDS}
    return change(known.id, values, categories=categories or [category.name for category in known.categories], by=by)


def _checked(values: Mapping[str, str]) -> dict[str, str | None]:
    tidy: dict[str, str | None] = {name: (values.get(name) or "").strip() or None for name in SUPPLIER_FIELDS}
    if tidy["name"] is None:
        raise SupplierFaulty(say("Bitte geben Sie den Namen der Firma an."), field="name")
    if tidy["email"] is not None:
        tidy["email"] = tidy["email"].lower()
        if not MAIL.fullmatch(tidy["email"]):
            raise SupplierFaulty(say("„%(email)s“ ist keine E-Mail-Adresse.", email=tidy["email"]), field="email")
    return tidy


def _categorise(firm: Supplier, names: list[str]) -> None:
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    kept = {category.name: category for category in firm.categories}
    firm.categories = [kept.get(name) or SupplierCategory(name=name) for name in wanted]
