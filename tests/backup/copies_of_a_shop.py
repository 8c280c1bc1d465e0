"""A shop with a key, a folder as its storage, and copies of it; the portal of the sandbox stands behind the wire."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from b24app.backup.archive.keys import Identity, public_key_of, throw_away_identity
from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupCopy, CopyKind, TargetKind
from b24app.backup.proofs.copy_state import CopyStanding, standing
from b24app.backup.reading.copy_verbs import start_copy
from b24app.backup.targets.target_settings import FolderSettings
from b24app.database import db, portal_scope
from b24app.services import services
from b24app.settings import Settings
from b24app.terms.term import Author
from sandbox.portal import Portal
from tests.actors import Actor

MARINA = Author(1, "Марина Ковалёва")
SIZES = {
    "deal": 300,
    "contact": 250,
    "company": 20,
    "lead": 40,
    "invoice": 30,
    "purchase": 10,
    "activity": 40,
}


@dataclass(slots=True)
class Shop:
    """One portal with what is needed for its copies; `run` works the queue off."""

    actor: Actor
    root: Path
    identity: Identity
    run: Callable[[], int]

    @property
    def portal(self) -> Portal:
        return self.actor.portal

    @property
    def portal_id(self) -> int:
        return self.actor.portal_id

    @property
    def now(self) -> datetime:
        return services().clock.now()

    @property
    def files(self) -> list[Path]:
        """Everything that lies in the storage."""
        return sorted(path for path in self.root.rglob("*") if path.is_file())

    @property
    def packs(self) -> list[Path]:
        return [path for path in self.files if path.name.endswith(".age")]

    def copies(self, kind: CopyKind = CopyKind.MANUAL) -> BackupCopy:
        """Make a copy to its end."""
        with portal_scope(self.portal_id):
            number = start_copy(kind, by=MARINA, at=self.now).id
            db.session.commit()
        self.run()
        return self.copy(number)

    def copy(self, number: int) -> BackupCopy:
        db.session.expire_all()
        with portal_scope(self.portal_id):
            row = db.session.scalars(select(BackupCopy).where(BackupCopy.id == number)).one()
            db.session.expunge(row)
            return row

    def stands(self) -> CopyStanding:
        with portal_scope(self.portal_id):
            return standing(self.now)


def set_up_shop(actor: Actor, root: Path, run: Callable[[], int]) -> Shop:
    """Choose the folder and the key, as the page does."""
    identity = throw_away_identity()
    with portal_scope(actor.portal_id):
        plan, at = plan_to_change(), services().clock.now()
        plan.recipient, plan.key_at, plan.key_kept_at = public_key_of(identity), at, at
        plan.target_kind, plan.target, plan.target_checked_at = (
            TargetKind.FOLDER,
            FolderSettings().to_text(),
            at,
        )
        db.session.commit()
    return Shop(actor, root, identity, run)


@pytest.fixture
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the server where portals may keep their copies: empty, and always the same one.

    The settings name it, and applications and points of a portal's life are used again by their settings.
    """
    return empty_folder(Path(tmp_path_factory.getbasetemp()) / "storage")


def empty_folder(folder: Path) -> Path:
    """A folder without anything in it, whatever stood there before."""
    if folder.is_dir():
        folder.chmod(0o700)
        shutil.rmtree(folder)
    folder.unlink(missing_ok=True)
    folder.mkdir()
    return folder


@pytest.fixture
def settings(settings: Settings, storage: Path) -> Settings:
    return settings.model_copy(update={"backup_folder": storage})


@pytest.fixture
def whole_shop(first_checks: Actor, storage: Path, run_jobs: Callable[[], int]) -> Shop:
    """The first portal as it is, with a folder and a key."""
    run_jobs()
    return set_up_shop(first_checks, storage, run_jobs)


@pytest.fixture
def shop(whole_shop: Shop) -> Shop:
    """A smaller one: only the CRM, and of it as much as a test needs."""
    make_small(whole_shop.portal)
    whole_shop.actor.grants("crm")
    return whole_shop


def make_small(portal: Portal, **sizes: int) -> None:
    """Leave so many items of each kind that borders of losses can be met."""
    for name, left in (SIZES | sizes).items():
        table = portal.tables[name]
        for row_id in list(table.ids)[left:]:
            table.delete(row_id)
