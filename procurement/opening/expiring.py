"""Halves that a first officer handed over and nobody came for are wiped: a partner who reads the database later finds none."""

from datetime import timedelta

from sqlalchemy import null, update

from commons import clock, jobs
from commons.database import db, write
from procurement.models import OpeningSession


@jobs.periodic("procurement.wipe_halves", every=timedelta(minutes=5))
def wipe_halves() -> None:
    """Wipe what was handed over in sessions whose window has closed."""
    write(_wipe)


def _wipe() -> None:
    over = OpeningSession.contribution.is_not(None), OpeningSession.completed_at.is_(None), OpeningSession.expires_at <= clock.now()
    db.session.execute(update(OpeningSession).where(*over).values(contribution=null()))
