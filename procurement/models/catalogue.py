"""The articles of the association, their packs and spellings, and which texts it knows to be the same."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commons import clock
from commons.database import Base, pk, quantity, stored, utc_time
from commons.people import Person
from procurement.stages import PairDecision


class Article(Base):
    """One thing that can be a single position of a bill of quantities, whatever packs it comes in."""

    __tablename__ = "article"

    id: Mapped[pk]
    name: Mapped[str] = mapped_column(index=True)
    specification: Mapped[str | None]
    cpv: Mapped[str | None]
    base_unit: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    packs: Mapped[list["ArticlePack"]] = relationship(back_populates="article", order_by="ArticlePack.quantity_in_base_unit")
    synonyms: Mapped[list["ArticleSynonym"]] = relationship(back_populates="article", order_by="ArticleSynonym.id")


class ArticlePack(Base):
    """A pack in which an article comes: a pallet of cartons of reams of sheets is a chain of rows."""

    __tablename__ = "article_pack"
    __table_args__ = (UniqueConstraint("article_id", "unit", "quantity_in_base_unit"), CheckConstraint("quantity_in_base_unit > 0", name="content_positive"))

    id: Mapped[pk]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("article_pack.id"), index=True)
    unit: Mapped[str]
    quantity_in_base_unit: Mapped[quantity]

    article: Mapped[Article] = relationship(back_populates="packs")
    parent: Mapped["ArticlePack | None"] = relationship(remote_side="ArticlePack.id")


class ArticleSynonym(Base):
    """Another way in which members write an article."""

    __tablename__ = "article_synonym"

    id: Mapped[pk]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    text: Mapped[str]
    text_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)

    article: Mapped[Article] = relationship(back_populates="synonyms")


class RememberedPair(Base):
    """Two article texts of which a person said that they are, or are not, the same: knowledge of the association."""

    __tablename__ = "remembered_pair"
    __table_args__ = (UniqueConstraint("first_key", "second_key"), CheckConstraint("first_key < second_key", name="in_order"))

    id: Mapped[pk]
    first_key: Mapped[str]
    second_key: Mapped[str] = mapped_column(index=True)
    first_text: Mapped[str]
    second_text: Mapped[str]
    decision: Mapped[PairDecision] = mapped_column(stored(PairDecision))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[utc_time] = mapped_column(default=clock.now)

    decided_by: Mapped[Person] = relationship()


class ArticleRatio(Base):
    """How much of one unit is in another for one article, as a person said it: 1 m³ of chippings is 1600 kg; exact, in this direction only."""

    __tablename__ = "article_ratio"
    __table_args__ = (
        UniqueConstraint("text_key", "unit", "per_unit"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("unit <> per_unit", name="two_units"),
    )

    id: Mapped[pk]
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), index=True)  # known once the bundle is frozen
    text_key: Mapped[str]
    unit: Mapped[str]
    per_unit: Mapped[str]  # one of these …
    amount: Mapped[quantity]  # … is so many of `unit`
    said_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[utc_time] = mapped_column(default=clock.now)

    article: Mapped[Article | None] = relationship()
    said_by: Mapped[Person] = relationship()
