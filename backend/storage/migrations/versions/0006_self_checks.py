"""which points of a strong answer the candidate ticked

Revision ID: 0006_self_checks
Revises: 0005_written
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_self_checks"
down_revision = "0005_written"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "self_checks",
        sa.Column("turn_id", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.turn_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("turn_id"),
    )


def downgrade() -> None:
    op.drop_table("self_checks")
