"""The first tables: things, steps, what links them, and stages."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "things",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False, index=True),
        sa.Column("digest", sa.String, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("seen", sa.String, nullable=False),
    )
    op.create_table(
        "steps",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("program", sa.String, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("step", sa.String, sa.ForeignKey("steps.key"), primary_key=True),
        sa.Column("thing", sa.String, sa.ForeignKey("things.key"), primary_key=True),
        sa.Column("role", sa.String, primary_key=True),
        sa.Column("made", sa.Boolean, primary_key=True),
    )
    op.create_table(
        "stages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "run", sa.String, sa.ForeignKey("things.key"), nullable=False, index=True
        ),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
