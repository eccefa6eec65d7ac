"""The tables of cooperation: measures, who takes part, what hangs on them and what they led to."""

from datetime import date
from typing import Annotated

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.database import Base, cents, pk, quantity, stored, utc_time
from commons.municipalities import Municipality
from commons.people import Person
from cooperation.stages import EffectKind, Ground, Horizon, Nature, Origin, Stage, Vote

# What belongs to a measure carries this key: Mapped[measure_key], or Mapped[measure_key | None] while it is a draft.
measure_key = Annotated[int, mapped_column(ForeignKey("measure.id"), index=True)]


class WorkingGroup(Base):
    """A group of specialists for one field of action, which rates the measures of its field."""

    __tablename__ = "working_group"

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    source: Mapped[str | None]
    confirmed: Mapped[bool] = mapped_column(default=False)

    def name_in(self, language: str) -> str:
        """Return the name in the reader's language."""
        return self.name_en if language == "en" else self.name


class Measure(Base):
    """One cooperation idea with its stage, ratings and later results."""

    __tablename__ = "measure"

    id: Mapped[pk]
    number: Mapped[int] = mapped_column(unique=True)
    working_group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"), index=True)
    title: Mapped[str]
    title_en: Mapped[str | None]
    description: Mapped[str | None]
    horizon: Mapped[Horizon] = mapped_column(stored(Horizon))
    stage: Mapped[Stage] = mapped_column(stored(Stage))
    described: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[Origin] = mapped_column(stored(Origin))
    source: Mapped[str | None]
    confirmed: Mapped[bool] = mapped_column(default=False)
    wing: Mapped[str | None]  # where the work is done: "procurement", "booking" or nowhere in this software
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_for_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    proposed_at: Mapped[utc_time | None]
    stage_since: Mapped[utc_time | None]

    working_group: Mapped[WorkingGroup] = relationship(lazy="joined")
    proposed_by: Mapped[Person | None] = relationship()
    ratings: Mapped[list["Rating"]] = relationship(back_populates="measure", order_by="Rating.id")
    participations: Mapped[list["MeasureParticipation"]] = relationship(back_populates="measure", order_by="MeasureParticipation.id")

    def title_in(self, language: str) -> str:
        """Return the title in the reader's language; German where no other was given."""
        return (language == "en" and self.title_en) or self.title

    @property
    def taking_part(self) -> list["MeasureParticipation"]:
        """Return the participations that have not ended."""
        return [participation for participation in self.participations if participation.left_on is None]


class Rating(Base):
    """How one working group rates a measure; 1 is low and 5 is high, for benefit, cost and effort alike."""

    __tablename__ = "measure_rating"
    __table_args__ = (
        UniqueConstraint("measure_id", "working_group_id"),
        CheckConstraint("benefit BETWEEN 1 AND 5 AND cost BETWEEN 1 AND 5 AND effort BETWEEN 1 AND 5", name="one_to_five"),
    )

    id: Mapped[pk]
    measure_id: Mapped[measure_key]
    working_group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"), index=True)
    benefit: Mapped[int]
    cost: Mapped[int]
    effort: Mapped[int]
    invented: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None]
    rated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rated_at: Mapped[utc_time] = mapped_column(default=clock.now)

    measure: Mapped[Measure] = relationship(back_populates="ratings")
    working_group: Mapped[WorkingGroup] = relationship(lazy="joined")
    rated_by: Mapped[Person | None] = relationship()


class MeasureParticipation(Base):
    """A municipality that takes part in a measure: by resolution of its council, or on trial by its mayor."""

    __tablename__ = "measure_participation"
    __table_args__ = (
        Index(
            "uq_measure_participation_open",
            "measure_id",
            "municipality_id",
            unique=True,
            sqlite_where=text("left_on IS NULL"),
            postgresql_where=text("left_on IS NULL"),
        ),
        CheckConstraint("ground <> 'resolution' OR (resolution_number IS NOT NULL AND resolution_on IS NOT NULL)", name="resolution_named"),
        CheckConstraint("ground <> 'mayor_trial' OR trial_until IS NOT NULL", name="trial_ends"),
        CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="days_in_order"),
        CheckConstraint("trial_limit > 0", name="trial_limit_positive"),
    )

    id: Mapped[pk]
    measure_id: Mapped[measure_key]
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    ground: Mapped[Ground] = mapped_column(stored(Ground))
    resolution_number: Mapped[str | None]
    resolution_on: Mapped[date | None]
    trial_until: Mapped[date | None]
    trial_limit: Mapped[cents | None]  # what the mayor may decide alone by the own statute, net; None where nobody has named it
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    left_reason: Mapped[str | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    measure: Mapped[Measure] = relationship(back_populates="participations")
    municipality: Mapped[Municipality] = relationship(lazy="joined")


class MeasureLink(Base):
    """A thing of a wing that belongs to a measure: a device, a bundle, a tender."""

    __tablename__ = "measure_link"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)

    id: Mapped[pk]
    measure_id: Mapped[measure_key]
    kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str]
    endpoint: Mapped[str]
    values: Mapped[dict[str, object]] = mapped_column(JSON())
    permission: Mapped[str | None]  # what one must be allowed to do to see the link
    attached_at: Mapped[utc_time] = mapped_column(default=clock.now)

    measure: Mapped[Measure] = relationship()


class Assembly(Base):
    """A joint meeting of all councils; it recommends and does not bind."""

    __tablename__ = "assembly"

    id: Mapped[pk]
    held_on: Mapped[date] = mapped_column(unique=True)


class CouncilVote(Base):
    """The one vote of one council on one measure in an assembly."""

    __tablename__ = "council_vote"
    __table_args__ = (UniqueConstraint("assembly_id", "measure_id", "municipality_id"),)

    id: Mapped[pk]
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assembly.id"), index=True)
    measure_id: Mapped[measure_key]
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    vote: Mapped[Vote] = mapped_column(stored(Vote))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    assembly: Mapped[Assembly] = relationship(lazy="joined")
    municipality: Mapped[Municipality] = relationship(lazy="joined")


class Effect(Base):
    """What a measure is planned to lead to, or has led to, with the thing that shows it."""

    __tablename__ = "measure_effect"
    __table_args__ = (UniqueConstraint("measure_id", "nature", "kind", "unit", "municipality_id", "subject_kind", "subject_id"),)

    id: Mapped[pk]
    measure_id: Mapped[measure_key]
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    nature: Mapped[Nature] = mapped_column(stored(Nature))
    kind: Mapped[EffectKind] = mapped_column(stored(EffectKind))
    amount: Mapped[quantity]
    unit: Mapped[str]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    recorded_on: Mapped[date]

    measure: Mapped[Measure] = relationship()
    municipality: Mapped[Municipality | None] = relationship(lazy="joined")


class Charge(Base):
    """What one municipality owes another for a single use; never changed, corrected by a counter-entry."""

    __tablename__ = "charge"
    __table_args__ = (
        CheckConstraint("creditor_id <> debtor_id", name="two_municipalities"),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        UniqueConstraint("reverses_id"),
    )

    id: Mapped[pk]
    measure_id: Mapped[measure_key]
    creditor_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    debtor_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    amount: Mapped[cents]
    used_on: Mapped[date]
    text: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("charge.id"))
    posted_at: Mapped[utc_time] = mapped_column(default=clock.now)
    posted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Whose device it was and who used it, where it was a yard or a brigade: their heads see what they lent and borrowed.
    creditor_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    debtor_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)

    measure: Mapped[Measure] = relationship()
    creditor: Mapped[Municipality] = relationship(foreign_keys=[creditor_id], lazy="joined")
    debtor: Mapped[Municipality] = relationship(foreign_keys=[debtor_id], lazy="joined")
