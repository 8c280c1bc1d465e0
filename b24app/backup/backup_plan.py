"""What a portal has chosen for its copy: as pages show it, and the row that a person changes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from b24app.backup.model import BackupPlan, TargetKind
from b24app.database import db
from b24app.portal_rows import PortalRows
from b24app.single_rows import single_row

PLANS = PortalRows(select(BackupPlan), without=("target",))


@dataclass(frozen=True, slots=True)
class CopyChoices:
    """Target, keys and contents as they were chosen, without the credentials of the storage."""

    target_kind: str = TargetKind.NONE
    target_title: str = ""
    target_checked_at: datetime | None = None
    target_error: str = ""
    target_since: datetime | None = None
    recipient: str = ""
    second_recipient: str = ""
    key_kept_at: datetime | None = None
    with_data: bool = True
    with_files: bool = False
    nightly: bool = True

    @property
    def has_target(self) -> bool:
        """Whether a storage was chosen and its check wrote, read and deleted a trial file."""
        return self.target_kind != TargetKind.NONE and self.target_checked_at is not None

    @property
    def has_key(self) -> bool:
        """Whether there is a public key whose secret half the customer keeps, as he confirmed himself."""
        return bool(self.recipient) and self.key_kept_at is not None

    @property
    def is_ready(self) -> bool:
        """Whether a copy can be made."""
        return self.has_target and self.has_key


def read_choices() -> CopyChoices:
    """What this portal has chosen; defaults where nothing was chosen yet."""
    row = PLANS.first()
    if row is None:
        return CopyChoices()
    return CopyChoices(**{name: getattr(row, name) for name in CopyChoices.__slots__})


def plan_to_change() -> BackupPlan:
    """The row of this portal, made when there is none; the caller changes it and the request commits."""
    return single_row(BackupPlan)


def choose_contents(
    *, with_data: bool | None = None, with_files: bool | None = None, nightly: bool | None = None
) -> None:
    """Choose what goes into the next copies, and whether the night makes one; None leaves it as it is."""
    row = plan_to_change()
    if with_data is not None:
        row.with_data = with_data
    if with_files is not None:
        row.with_files = with_files
    if nightly is not None:
        row.nightly = nightly
    db.session.flush()
