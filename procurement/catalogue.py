"""What the association knows of articles: their spellings and packs, and which texts a person called the same or different."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise

from sqlalchemy import select, update

from commons import clock
from commons.database import db
from commons.people import Actor
from procurement.models import Article, ArticlePack, ArticleRatio, ArticleSynonym, PurchaseRequestLine, RememberedPair
from procurement.rules.article_text import fold
from procurement.stages import PairDecision

PairKey = tuple[str, str]


def text_key(text: str, specification: str | None = None) -> str:
    """Return the folded text under which decisions on an article are remembered, as `matching.article_key` does for a line of a list."""
    return " ".join(fold(f"{text}, {specification}" if specification else text).text.split())


def key_of(line: PurchaseRequestLine) -> str:
    """Return the key of a line's text."""
    return text_key(line.text, line.specification)


def pair_key(first: str, second: str) -> PairKey:
    """Return two keys in their fixed order."""
    return (first, second) if first < second else (second, first)


def remember(pairs: Iterable[tuple[PurchaseRequestLine, PurchaseRequestLine]], decision: PairDecision, *, by: Actor) -> dict[str, str | None]:
    """Keep a decision about texts; returns the pairs that changed with the decision before, so that it can be taken back."""
    wanted = {pair_key(key_of(first), key_of(second)): (first, second) for first, second in pairs if key_of(first) != key_of(second)}
    known = find_pairs(wanted)
    changed: dict[str, str | None] = {}
    for key, (first, second) in sorted(wanted.items()):
        row = known.get(key)
        if row is not None and row.decision is decision:
            continue
        if row is None:
            row = _new_pair(key, first, second)
            db.session.add(row)
        changed["\n".join(key)] = row.decision.value if key in known else None
        row.decision, row.decided_by_id, row.decided_at = decision, by.person_id, clock.now()
    db.session.flush()
    return changed


def _new_pair(key: PairKey, first: PurchaseRequestLine, second: PurchaseRequestLine) -> RememberedPair:
    if key[0] != key_of(first):
        first, second = second, first
    return RememberedPair(first_key=key[0], second_key=key[1], first_text=first.text, second_text=second.text)


def take_back(changed: Mapping[str, str | None], *, by: Actor) -> None:
    """Restore what was known before `remember` changed it."""
    keys = {pair_key(*key.split("\n")): before for key, before in changed.items()}
    for key, row in find_pairs(keys).items():
        before = keys[key]
        if before is None:
            db.session.delete(row)
        else:
            row.decision, row.decided_by_id, row.decided_at = PairDecision(before), by.person_id, clock.now()
    db.session.flush()


def find_pairs(keys: Iterable[PairKey]) -> dict[PairKey, RememberedPair]:
    """Return what is known of these pairs of texts."""
    wanted = set(keys)
    firsts = sorted({key[0] for key in wanted})
    found = _in_batches(firsts)
    return {key: row for row in found if (key := (row.first_key, row.second_key)) in wanted}


def known_pairs(texts: Iterable[str]) -> list[RememberedPair]:
    """Return every decision between two of these texts."""
    keys = set(texts)
    return [row for row in _in_batches(sorted(keys)) if row.second_key in keys]


def spelled_alike(texts: Iterable[str]) -> set[frozenset[str]]:
    """Return the pairs of these texts that the catalogue keeps as spellings of one article."""
    keys = sorted(set(texts))
    spellings: dict[int, list[str]] = {}
    for start in range(0, len(keys), 500):
        query = select(ArticleSynonym.article_id, ArticleSynonym.text_key).where(ArticleSynonym.text_key.in_(keys[start : start + 500]))
        for article_id, key in db.session.execute(query.order_by(ArticleSynonym.id)):
            spellings.setdefault(article_id, []).append(key)
    return {frozenset(pair) for known in spellings.values() for pair in pairwise(known)}


def _in_batches(firsts: list[str], size: int = 500) -> list[RememberedPair]:
    found: list[RememberedPair] = []
    for start in range(0, len(firsts), size):
        query = select(RememberedPair).where(RememberedPair.first_key.in_(firsts[start : start + size]))
        found.extend(db.session.scalars(query.order_by(RememberedPair.id)))
    return found


def find_ratio(keys: Iterable[str], *, unit: str, per_unit: str) -> ArticleRatio | None:
    """Return how much of a unit is in one of another for the article of these texts, the latest that was said."""
    query = select(ArticleRatio).where(ArticleRatio.text_key.in_(sorted(keys)), ArticleRatio.unit == unit, ArticleRatio.per_unit == per_unit)
    return db.session.scalar(query.order_by(ArticleRatio.said_at.desc(), ArticleRatio.id.desc()).limit(1))


def keep_ratio(lines: Iterable[PurchaseRequestLine], *, unit: str, per_unit: str, amount: Decimal, by: Actor) -> dict[str, str | None]:
    """Keep a ratio under the texts of an article; returns what was known before, so that it can be taken back."""
    changed: dict[str, str | None] = {}
    for key in sorted({key_of(line) for line in lines}):
        row = find_ratio([key], unit=unit, per_unit=per_unit)
        if row is not None and row.amount == amount:
            continue
        changed[f"{key}\n{unit}\n{per_unit}"] = None if row is None else f"{row.amount:f}"
        _say_ratio(row or ArticleRatio(text_key=key, unit=unit, per_unit=per_unit), amount, by=by)
    db.session.flush()
    return changed


def _say_ratio(row: ArticleRatio, amount: Decimal, *, by: Actor) -> None:
    row.amount, row.said_by_id, row.said_at = amount, by.person_id, clock.now()
    db.session.add(row)


def take_ratios_back(changed: Mapping[str, str | None], *, by: Actor) -> None:
    """Restore the ratios that were known before `keep_ratio` changed them."""
    for place, before in changed.items():
        key, unit, per_unit = place.split("\n")
        row = find_ratio([key], unit=unit, per_unit=per_unit)
        if row is not None and before is None:
            db.session.delete(row)
        elif row is not None and before is not None:
            _say_ratio(row, Decimal(before), by=by)
    db.session.flush()


def articles() -> list[Article]:
    """Return the articles in use, by name."""
    return list(db.session.scalars(select(Article).where(Article.active.is_(True)).order_by(Article.name)))


def articles_like(text: str, *, most: int = 20) -> list[Article]:
    """Search the catalogue by a part of the name or of another spelling."""
    words = text.split()
    if not words:
        return []
    query = select(Article).where(Article.active.is_(True))
    for word in words:
        spelled = Article.synonyms.any(ArticleSynonym.text.icontains(word, autoescape=True))
        query = query.where(Article.name.icontains(word, autoescape=True) | spelled)
    return list(db.session.scalars(query.order_by(Article.name).limit(most)))


def learn_article(name: str, lines: Iterable[PurchaseRequestLine], *, base_unit: str, cpv: str | None, article_id: int | None, by: Actor) -> Article:
    """Keep an article with the spellings and packs of the lines that asked for it."""
    known = list(lines)
    article = db.session.get(Article, article_id) if article_id is not None else None
    if article is None:
        article = Article(name=name, base_unit=base_unit, cpv=cpv, created_by_id=by.person_id)
        db.session.add(article)
        db.session.flush()
    _learn_spellings(article, known)
    _learn_packs(article, known)
    for line in known:
        line.article_id = article.id
    db.session.flush()
    db.session.execute(update(ArticleRatio).where(ArticleRatio.text_key.in_(sorted({key_of(line) for line in known}))).values(article_id=article.id))
    return article


def _learn_spellings(article: Article, lines: list[PurchaseRequestLine]) -> None:
    spelled = {key_of(line): line.text for line in lines}
    taken = set(db.session.scalars(select(ArticleSynonym.text_key).where(ArticleSynonym.text_key.in_(sorted(spelled)))))
    db.session.add_all([ArticleSynonym(article_id=article.id, text=text, text_key=key) for key, text in sorted(spelled.items()) if key not in taken])


def _learn_packs(article: Article, lines: list[PurchaseRequestLine]) -> None:
    known = {(pack.unit, pack.quantity_in_base_unit) for pack in article.packs}
    for line in (line for line in lines if line.base_unit == article.base_unit):
        content = line.quantity_in_base_unit / line.quantity_sent
        pack = (line.unit_sent, content)
        if content > 1 and pack not in known and content.as_tuple().exponent in {0, -1, -2, -3}:
            db.session.add(ArticlePack(article_id=article.id, unit=line.unit_sent, quantity_in_base_unit=content))
            known.add(pack)
