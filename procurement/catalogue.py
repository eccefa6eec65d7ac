"""What the association knows of articles: their spellings and packs, and which texts a person called the same or different."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from sqlalchemy import select

from commons import clock
from commons.database import db
from commons.people import Actor
from procurement.models import Article, ArticlePack, ArticleSynonym, PurchaseRequestLine, RememberedPair
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
    return article


def _learn_spellings(article: Article, lines: list[PurchaseRequestLine]) -> None:
    spelled = {key_of(line): line.text for line in lines}
    taken = set(db.session.scalars(select(ArticleSynonym.text_key).where(ArticleSynonym.text_key.in_(sorted(spelled)))))
    db.session.add_all([ArticleSynonym(article_id=article.id, text=text, text_key=key) for key, text in sorted(spelled.items()) if key not in taken])


def _learn_packs(article: Article, lines: list[PurchaseRequestLine]) -> None:
    known = {(pack.unit, pack.quantity_in_base_unit) for pack in article.packs}
    for line in lines:
        content = line.quantity_in_base_unit / line.quantity_sent
        pack = (line.unit_sent, content)
        if content > 1 and pack not in known and content.as_tuple().exponent in {0, -1, -2, -3}:
            db.session.add(ArticlePack(article_id=article.id, unit=line.unit_sent, quantity_in_base_unit=content))
            known.add(pack)
