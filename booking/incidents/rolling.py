"""What has no planned end is moved on by the worker, until somebody reports ready."""

from datetime import timedelta

from sqlalchemy import select

from booking import displacing
from booking.models import Block
from commons import jobs
from commons.database import db, write


@jobs.periodic("booking.roll_blocks", every=timedelta(minutes=10))
def roll_all() -> None:
    """Move the end of every open block on, each in a transaction of its own; whom it reaches is displaced or warned."""
    db.session.rollback()
    ids = list(db.session.scalars(select(Block.id).where(Block.lifted_at.is_(None), Block.closure_id.is_not(None)).order_by(Block.id)))
    for block_id in ids:
        write(displacing.roll, block_id)
