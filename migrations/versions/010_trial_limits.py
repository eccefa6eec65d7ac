"""Up to which amount a mayor's trial may go.

Revision ID: 010
Revises: 009
"""

from alembic import op

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None

# Added in place, on SQLite too: nothing is copied, so no trigger is lost. Trials from before keep no limit until somebody names it.
ADD = "ALTER TABLE measure_participation ADD COLUMN trial_limit BIGINT CONSTRAINT ck_measure_participation_trial_limit_positive CHECK (trial_limit > 0)"


def upgrade() -> None:
    op.execute(ADD)


def downgrade() -> None:
    with op.batch_alter_table("measure_participation") as batch:
        batch.drop_column("trial_limit")
