"""The tables of cooperation."""

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
