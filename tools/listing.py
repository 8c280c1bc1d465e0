"""The listing kit: --check holds listing/ to the vendor's rules and to this tree; with a region it writes texts ready for pasting.

python tools/listing.py --check
python tools/listing.py REGION [--language en] [--operator operator.toml] [--into FOLDER]

REGION is russia, belarus, kazakhstan, west or the zone of a portal (kz, by). Without --operator the operator's words are read from
the environment and the file .env, where the application reads its own settings: B24APP_OPERATOR_NAME and so on; a word for one language ends with it,
B24APP_OPERATOR_HOURS_EN. A card with a word that is not filled in is not written.
"""

import argparse
import os
import sys
from pathlib import Path

from dotenv import dotenv_values

from b24app.manifest import ROOT, read_manifest
from tools.listing_evidence import Evidenced, read_addresses
from tools.listing_filled import NotReady, filled_card, read_operator, version_card, write_card
from tools.listing_kit import Kit, read_kit
from tools.listing_lint import find_faults
from tools.listing_stale import stale_pictures

INTO = ROOT / ".state" / "listing"
ZONE_LETTERS = 2


def main() -> int:
    """Check, or write the card of one region."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("region", nargs="?")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--language")
    parser.add_argument("--operator", type=Path)
    parser.add_argument("--into", type=Path, default=INTO)
    options = parser.parse_args()
    kit = read_kit()
    faults = find_faults(kit, read_manifest(), Evidenced(ROOT, read_addresses()))
    if options.check or not options.region or faults:
        return tell(kit, faults)
    region = named_region(kit, options.region)
    listed = [one for one in kit.regions[region].languages if kit.texts[region, one].listed]
    languages = [options.language] if options.language else listed
    operator = read_operator(options.operator, settings_around())
    return write(kit, region, languages, operator, options.into / region)


def named_region(kit: Kit, asked: str) -> str:
    """A region by its name or by the zone of a portal; a misspelt name is no zone."""
    if asked in kit.regions:
        return asked
    if len(asked) == ZONE_LETTERS and asked.isalpha():
        return kit.region_of(asked.lower())
    raise SystemExit(f"there is no region {asked}: {', '.join(kit.regions)}, or a zone such as kz")


def settings_around() -> dict[str, str]:
    """The environment over the file .env, as the application reads its settings."""
    written = {name: value or "" for name, value in dotenv_values(ROOT / ".env").items()}
    return written | dict(os.environ)


def tell(kit: Kit, faults: list[str]) -> int:
    """Print every fault; what is a draft is named and is no fault."""
    drafts = [
        f"listing/{region}/{language}.toml is a draft and not listed"
        for (region, language), text in kit.texts.items()
        if not text.listed
    ]
    shown = f"{len(kit.texts)} cards in {len(kit.regions)} regions, {len(kit.claims)} claims shown"
    print(*(faults or [shown, *drafts]), sep="\n")
    return bool(faults)


def write(kit: Kit, region: str, languages: list[str], operator: dict[str, str], into: Path) -> int:
    """Write the cards of all languages, or say what keeps them from being pasted and write none."""
    manifest, cards = read_manifest(), {}
    try:
        for language in languages:
            if (region, language) not in kit.texts:
                raise NotReady(f"{region} has no text in {language}")  # noqa: TRY301 - one way out
            fields = filled_card(kit, region, language, operator, manifest)
            cards[language] = fields, version_card(kit, region, language, operator, manifest)
    except NotReady as why:
        print(why, file=sys.stderr)
        return 1
    for language, (fields, version) in cards.items():
        write_card(into / language, fields, version)
    if stale := list(stale_pictures()):
        print(f"{len(stale)} pictures have to be taken anew:", *stale, sep="\n", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
