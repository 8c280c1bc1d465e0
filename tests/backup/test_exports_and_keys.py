"""A file that was exported by hand opens with the key of the copy that names it; one from before a new key is asked for anew."""

from pathlib import Path

from b24app.backup.archive.chosen_keys import choose_key
from b24app.backup.archive.keys import Identity, public_key_of, throw_away_identity
from b24app.backup.guided_exports import keep_export, list_exports
from b24app.backup.reader.command import run
from b24app.database import db, portal_scope
from sandbox.world import World
from tests.backup.copies_of_a_shop import MARINA, Shop, settings, shop, storage, whole_shop

__all__ = ["settings", "shop", "storage", "whole_shop"]


def export(shop: Shop) -> None:
    with portal_scope(shop.portal_id):
        keep_export("preset", "robots.json", b'{"robots": 1}', by=MARINA, at=shop.now)
        db.session.commit()
    shop.run()


def choose(shop: Shop, identity: Identity) -> None:
    with portal_scope(shop.portal_id):
        choose_key(public_key_of(identity), kept=True, by=MARINA, at=shop.now)
        db.session.commit()


def is_old(shop: Shop) -> bool:
    with portal_scope(shop.portal_id):
        (found,) = list_exports()
        db.session.commit()
    return found.is_old


def verify(shop: Shop, identity: Identity, folder: Path) -> tuple[int, list[str]]:
    key, said = folder / "copy.key", list[str]()
    key.write_text(str(identity))
    return run(["verify", str(shop.root), "--key-file", str(key)], said.append), said


def test_a_file_from_before_a_new_key_is_in_no_copy_for_it_and_is_asked_for_anew(
    shop: Shop, world: World, tmp_path: Path
):
    export(shop)
    new = throw_away_identity()
    world.clock.advance(days=1)
    choose(shop, new)
    assert is_old(shop)
    shop.copies()
    code, said = verify(shop, new, tmp_path)
    assert (code, [line for line in said if "robots" in line]) == (0, [])
    world.clock.advance(minutes=5)
    export(shop)
    assert not is_old(shop)


def test_the_same_key_chosen_again_opens_what_was_exported_before(shop: Shop, world: World):
    export(shop)
    world.clock.advance(days=1)
    choose(shop, shop.identity)
    assert not is_old(shop)
