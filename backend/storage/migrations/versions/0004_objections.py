"""objections to points of the feedback

Revision ID: 0004_objections
Revises: 0003_reviews
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_objections"
down_revision = "0003_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "objections",
        sa.Column("turn_id", sa.String(length=64), nullable=False),
        sa.Column("point", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.turn_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("turn_id", "point"),
    )


def downgrade() -> None:
    op.drop_table("objections")
