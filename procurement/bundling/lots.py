"""Propose lots by trade from the product group of each position, with reasons; a person moves positions between them."""

import functools
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, select

from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.shipped import parts, rows
from commons.units import folded
from commons.words import as_data, counted, say
from procurement.bundling.gathering import write_down
from procurement.bundling.placing import Step, keep, lock_open
from procurement.models import Bundle, BundleChange, BundleLine, BundlePosition, Lot, PurchaseRequestLine
from procurement.queries.bundles import get_lot, get_position
from procurement.rules.article_text import fold
from procurement.rules.goods_groups import group_names, suggest_group
from procurement.stages import ChangeKind, LotKind

OTHER = "Sonstiges"
SHORTEST_KEYWORD = 4
LONG_WORD = 8
NAMED = 3


class LotNotEmpty(RuleBroken):
    """A lot that holds positions is not removed."""

    status = 409

    def __init__(self, title: str) -> None:
        super().__init__(say("Das Los „%(title)s“ enthält noch Positionen. Bitte verschieben Sie sie zuerst.", title=title))


class LotNameMissing(RuleBroken):
    """A lot has a name."""

    def __init__(self) -> None:
        super().__init__(say("Bitte geben Sie dem Los einen Namen."), field="title")


@functools.cache
def _keywords() -> tuple[tuple[str, str], ...]:
    found = [(_singular(folded(word)), row["code"]) for row in rows("cpv.csv") for word in (*parts(row["keywords"]), row["german_label"])]
    return tuple(sorted(((word, code) for word, code in found if len(word) >= SHORTEST_KEYWORD), key=lambda pair: (-len(pair[0]), pair[1])))


def _singular(word: str) -> str:
    """Cut the ending of a long plural, so that one word finds both forms."""
    return word[:-1] if len(word) > LONG_WORD and word.endswith(("e", "n")) else word


@functools.cache
def _trades() -> tuple[tuple[str, str], ...]:
    found = [(prefix, row["title"]) for row in rows("lot_trades.csv") for prefix in parts(row["cpv_prefixes"])]
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair[0])))


def suggest_cpv(texts: Iterable[str]) -> str | None:
    """Return the product group that most of the texts name, else the official one whose name they hold."""
    texts = list(texts)
    return _by_keyword(texts) or suggest_group(texts)


def _by_keyword(texts: Iterable[str]) -> str | None:
    """Return the product group that most of the texts name; of equal ones the one with the longer word."""
    votes: Counter[str] = Counter()
    for text in texts:
        plain = f"{folded(text)} {folded(fold(text).text)}"  # as written, and with the abbreviations of the lists spelt out
        code = next((code for word, code in _keywords() if word in plain), None)
        if code is not None:
            votes[code] += 1
    return max(sorted(votes), key=lambda code: votes[code]) if votes else None


class GroupUnknown(RuleBroken):
    """A position belongs to a product group of the table, or to none yet."""

    def __init__(self, text: str) -> None:
        super().__init__(say("Zu „%(text)s“ gibt es keine Warengruppe. Bitte wählen Sie eine, oder lassen Sie das Feld leer.", text=text), field="cpv")


def product_groups() -> list[tuple[str, str]]:
    """Return the product groups that municipalities buy with their German names."""
    return [(row["code"], row["german_label"]) for row in rows("cpv.csv")]


def name_of_group(code: str) -> str:
    """Return the German name of a product group, also of one that municipalities seldom buy."""
    return group_names().get(code, "")


def find_group(text: str) -> str | None:
    """Return the code of a product group by its number, its name or a word for its goods; None for nothing."""
    wanted = folded(text)
    if not wanted:
        return None
    for code, label in (*product_groups(), *((code, "") for code in group_names())):
        if wanted.startswith(code[:8]) or wanted == folded(label):
            return code
    found = suggest_cpv([text])
    if found is None:
        raise GroupUnknown(text)
    return found


def trade_of(cpv: str | None) -> str:
    """Return the trade of a product group."""
    return next((title for prefix, title in _trades() if cpv and cpv.startswith(prefix)), OTHER)


def propose_lots(bundle_id: int, *, by: Actor) -> BundleChange:
    """Put every position without a lot into the lot of its trade; what a person has placed stays."""
    bundle = lock_open(bundle_id, by)
    step, texts = Step(), _texts(bundle)
    positions = [position for position in _positions(bundle) if position.lot_id is None and position.id in texts]
    for position in positions:
        position.cpv = position.cpv or suggest_cpv([*texts[position.id], position.title])
    groups: dict[str, set[str]] = {}
    for position in positions:
        groups.setdefault(trade_of(position.cpv), set()).add(position.cpv or "")
    lots = _lots_for(bundle, groups)
    for position in positions:
        lot = lots[trade_of(position.cpv)]
        step.lots[position.id] = (None, lot.id)
        position.lot_id = lot.id
    text = say("Positionen auf Lose verteilt: %(count)s auf %(lots)s.", count=len(positions), lots=len(lots))
    return keep(bundle, ChangeKind.LOTS, step, text, by=by)


def _positions(bundle: Bundle) -> list[BundlePosition]:
    return list(db.session.scalars(select(BundlePosition).where(BundlePosition.bundle_id == bundle.id).order_by(BundlePosition.id)))


def _texts(bundle: Bundle) -> dict[int, list[str]]:
    query = select(BundleLine.position_id, PurchaseRequestLine.text, PurchaseRequestLine.specification).join(
        PurchaseRequestLine, PurchaseRequestLine.id == BundleLine.line_id
    )
    texts: dict[int, list[str]] = {}
    for position_id, text, specification in db.session.execute(query.where(BundleLine.bundle_id == bundle.id)):
        texts.setdefault(position_id, []).append(f"{text} {specification or ''}")
    return texts


def _lots_for(bundle: Bundle, groups: dict[str, set[str]]) -> dict[str, Lot]:
    """Return one lot a trade, new ones with the product groups that make it one."""
    lots = {lot.title: lot for lot in db.session.scalars(select(Lot).where(Lot.bundle_id == bundle.id))}
    for title in sorted(groups, key=lambda title: (title == OTHER, title)):
        if title not in lots:
            lots[title] = new_lot(bundle, title, reason=_reason(groups[title]) if title != OTHER else None)
    return {title: lots[title] for title in groups}


def _reason(codes: set[str]) -> dict[str, object]:
    names = [group_names()[code] for code in sorted(codes) if code in group_names()]
    shown = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        return as_data(say("Fachlos: dieselben Händler liefern %(groups)s und weitere Warengruppen.", groups=shown))
    return as_data(say("Fachlos: dieselben Händler liefern %(groups)s.", groups=shown))


def new_lot(bundle: Bundle, title: str, *, kind: LotKind = LotKind.TRADE, reason: dict[str, object] | None = None) -> Lot:
    """Add a lot with the next number."""
    number = (db.session.scalar(select(func.max(Lot.number)).where(Lot.bundle_id == bundle.id)) or 0) + 1
    lot = Lot(bundle_id=bundle.id, number=number, title=title, kind=kind, reason=reason)
    db.session.add(lot)
    db.session.flush()
    return lot


def add_lot(bundle_id: int, *, title: str, by: Actor) -> Lot:
    """Add an empty lot."""
    bundle = lock_open(bundle_id, by)
    if not title.strip():
        raise LotNameMissing
    lot = new_lot(bundle, title.strip())
    write_down("bundle.lot_added", bundle, by=by, after={"lot": lot.number, "title": lot.title})
    return lot


def rename_lot(bundle_id: int, lot_id: int, *, title: str, by: Actor) -> Lot:
    """Give a lot another name."""
    bundle = lock_open(bundle_id, by)
    lot = get_lot(bundle, lot_id)
    if not title.strip():
        raise LotNameMissing
    before, lot.title = lot.title, title.strip()
    write_down("bundle.lot_renamed", bundle, by=by, before={"title": before}, after={"lot": lot.number, "title": lot.title})
    return lot


def remove_lot(bundle_id: int, lot_id: int, *, by: Actor) -> None:
    """Remove a lot without positions."""
    bundle = lock_open(bundle_id, by)
    lot = get_lot(bundle, lot_id)
    held = select(BundlePosition.id).where(BundlePosition.lot_id == lot.id, BundlePosition.id.in_(select(BundleLine.position_id)))
    if db.session.scalar(held.limit(1)) is not None:
        raise LotNotEmpty(lot.title)
    write_down("bundle.lot_removed", bundle, by=by, before={"lot": lot.number, "title": lot.title})
    db.session.delete(lot)
    db.session.flush()


def move_to_lot(bundle_id: int, position_ids: list[int], *, lot_id: int, by: Actor) -> BundleChange:
    """Move positions to another lot."""
    bundle = lock_open(bundle_id, by)
    lot, step = get_lot(bundle, lot_id), Step()
    if not position_ids:
        raise RuleBroken(say("Bitte wählen Sie die Positionen, die Sie verschieben möchten."), field="position_ids")
    for position_id in sorted(position_ids):
        position = get_position(bundle, position_id)
        step.lots[position.id] = (position.lot_id, lot.id)
        position.lot_id = lot.id
    text = counted(
        len(position_ids),
        say("%(count)s Position in das Los %(number)s „%(title)s“ verschoben.", number=lot.number, title=lot.title),
        say("%(count)s Positionen in das Los %(number)s „%(title)s“ verschoben.", number=lot.number, title=lot.title),
    )
    return keep(bundle, ChangeKind.MOVE_LOT, step, text, by=by)
