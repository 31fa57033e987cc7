"""what an author has written beside its replies: plans of interviews, reports

Revision ID: 0005_written
Revises: 0004_objections
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_written"
down_revision = "0004_objections"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interview_plans",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.String(length=64), nullable=True),
        sa.Column("resume_id", sa.String(length=64), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.owner_id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["job_id"], ["documents.document_id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["resume_id"], ["documents.document_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
    )
    for column in ("owner_id", "job_id", "resume_id"):
        op.create_index(f"ix_interview_plans_{column}", "interview_plans", [column])
    op.create_table(
        "session_reports",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("based_on", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.session_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id"),
    )


def downgrade() -> None:
    op.drop_table("session_reports")
    op.drop_table("interview_plans")
