"""A flipped bit, a missing pack and an emptied bucket are found on a real S3 server too."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from b24app.backup.archive.archive_manifest import (
    ArchiveManifest,
    ManifestEntity,
    ManifestPack,
    manifest_name,
    write_manifest,
)
from b24app.backup.archive.keys import public_key_of, throw_away_identity
from b24app.backup.archive.packs import PackRow, SealedPack
from b24app.backup.proofs.stored_packs import (
    CHANGED,
    MISSING,
    NO_MANIFEST,
    KnownPack,
    judge_pack,
    prove_hashes,
)
from b24app.backup.targets.portal_folder import PortalFolder
from b24app.backup.targets.target import Target
from tests.backup.sealing import seal_pack
from tests.backup.storage_processes import StorageProcess, Weed
from tests.backup.stores import open_s3

pytestmark = pytest.mark.enable_socket
AT, FOLDER = datetime(2026, 11, 30, tzinfo=UTC), "2026-11-30-1"


@pytest.fixture
def target(start_storage: Callable[[type[StorageProcess]], StorageProcess]) -> Target:
    server = start_storage(Weed)
    assert isinstance(server, Weed)
    return PortalFolder(open_s3(server), f"portal {datetime.now(UTC).isoformat()}")


@pytest.fixture
def sealed(target: Target) -> list[SealedPack]:
    """Three packs and their manifest."""
    key = public_key_of(throw_away_identity())
    packs = [seal_pack([PackRow(str(number), AT, {"id": number})], [key]) for number in range(3)]
    entity = ManifestEntity(
        code="deal", title="Сделки", tier="data", rows=3, gone=0, present=3,
        packs=tuple(ManifestPack.of(one, FOLDER) for one in packs),
    )  # fmt: skip
    manifest = ArchiveManifest(
        made_at=AT,
        portal="0" * 32,
        folder=FOLDER,
        kind="manual",
        base=None,
        recipients=(key,),
        entities=(entity,),
        tools={},
    )
    for one in packs:
        target.put(one.name, one.content)
    target.put(manifest_name(FOLDER), write_manifest(manifest))
    return packs


def known(packs: list[SealedPack]) -> list[KnownPack]:
    return [
        KnownPack(number, one.name, one.sha256, one.size, None, "", "deal")
        for number, one in enumerate(packs)
    ]


def test_what_lies_there_whole_is_proven(target: Target, sealed: list[SealedPack]):
    assert prove_hashes(FOLDER, "", known(sealed), target)["passed"] is True
    assert {judge_pack(one, target) for one in known(sealed)} == {""}


def test_one_flipped_bit_is_found(target: Target, sealed: list[SealedPack]):
    content = bytearray(sealed[1].content)
    content[20] ^= 1
    target.delete(sealed[1].name)
    target.put(sealed[1].name, bytes(content))
    assert hashlib.sha256(bytes(content)).hexdigest() != sealed[1].sha256
    assert [judge_pack(one, target) for one in known(sealed)] == ["", CHANGED, ""]


def test_a_missing_pack_is_found(target: Target, sealed: list[SealedPack]):
    target.delete(sealed[2].name)
    found = prove_hashes(FOLDER, "", known(sealed), target)
    assert (found["problem"], found["damaged"]) == (MISSING, [sealed[2].name])
    assert judge_pack(known(sealed)[2], target) == MISSING


def test_an_emptied_bucket_is_found(target: Target, sealed: list[SealedPack]):
    for one in list(target.names()):
        target.delete(one.name)
    assert prove_hashes(FOLDER, "", known(sealed), target)["problem"] == NO_MANIFEST
