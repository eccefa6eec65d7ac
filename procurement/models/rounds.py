"""Surveys of demand (Bedarfsabfragen): who is asked until when, and who has answered."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commons import clock
from commons.database import Base, pk, stored, utc_time
from commons.municipalities import Municipality, Organisation
from cooperation.models import Measure
from procurement.stages import RoundAnswer, RoundStage


class DemandRound(Base):
    """One survey of demand for a measure and a year, with its closing date."""

    __tablename__ = "demand_round"
    __table_args__ = (CheckConstraint("closes_on >= opens_on", name="days_in_order"),)

    id: Mapped[pk]
    title: Mapped[str]
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), index=True)
    lead_municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    year: Mapped[int]
    stage: Mapped[RoundStage] = mapped_column(stored(RoundStage))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    measure: Mapped[Measure] = relationship(lazy="joined")
    lead_municipality: Mapped[Municipality] = relationship(lazy="joined")
    participations: Mapped[list["RoundParticipation"]] = relationship(back_populates="round", order_by="RoundParticipation.id")


class RoundParticipation(Base):
    """What one municipality answered to a survey, and when it was last reminded."""

    __tablename__ = "round_participation"
    __table_args__ = (UniqueConstraint("round_id", "municipality_id"),)

    id: Mapped[pk]
    round_id: Mapped[int] = mapped_column(ForeignKey("demand_round.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    answer: Mapped[RoundAnswer] = mapped_column(stored(RoundAnswer), default=RoundAnswer.MISSING)
    answered_at: Mapped[utc_time | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reminded_at: Mapped[utc_time | None]

    round: Mapped[DemandRound] = relationship(back_populates="participations")
    municipality: Mapped[Municipality] = relationship(lazy="joined")


class RoundInvitation(Base):
    """A personal link that lets somebody answer a survey for an organisation without signing in."""

    __tablename__ = "round_invitation"
    __table_args__ = (UniqueConstraint("round_id", "person_id", "organisation_id"),)

    id: Mapped[pk]
    round_id: Mapped[int] = mapped_column(ForeignKey("demand_round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_request.id"), index=True)
    invited_at: Mapped[utc_time] = mapped_column(default=clock.now)

    round: Mapped[DemandRound] = relationship()
    organisation: Mapped[Organisation] = relationship(lazy="joined")
