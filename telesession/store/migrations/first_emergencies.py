"""Emergency access in the first schema: a part of revision 0001, never changed after a release."""

import sqlalchemy as sa
from alembic import op

from telesession.store.columns import UtcDateTime


def emergencies() -> None:
    """Build its table."""
    op.create_table(
        "emergencies",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("staff", sa.String(64), nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("began_at", UtcDateTime, nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("reviewed_at", UtcDateTime),
        sa.Column("reviewed_by", sa.String(64)),
        sa.ForeignKeyConstraint(["patient"], ["patients.id"], name="fk_emergencies_patient"),
        sa.ForeignKeyConstraint(["reviewed_by"], ["staff.id"], name="fk_emergencies_reviewed_by"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_emergencies_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_emergencies"),
    )
    op.create_index("ix_emergencies_patient", "emergencies", ["patient"])
