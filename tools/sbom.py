"""`make sbom`: writes what the application is made of as CycloneDX 1.6 into `.state/sbom.cdx.json`, from the locks and static/vendor.

The same tree gives the same file: no moment stands in it, and its number is made from what it lists. Licences are those that
the installed packages declare; where one declares none, none is written.
"""

import hashlib
import json
import re
import sys
import uuid
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / ".state" / "sbom.cdx.json"
PACKAGE = re.compile(
    r"(?m)^([A-Za-z0-9][\w.-]*)(?:\[[^]]*\])?==([^\s;\\]+)[^\n]*((?:\n    --hash=sha256:[0-9a-f]{64}[^\n]*)*)"
)
HASH = re.compile(r"sha256:([0-9a-f]{64})")
VENDORED = re.compile(r"(?m)^## (@?[\w/-]+) (\d[\w.]*).*\n+((?:.*\n){1,3})")
NPM_LICENCES = (("Zero-Clause BSD", "0BSD"), ("BSD 3-Clause", "BSD-3-Clause"), ("MIT", "MIT"))
Component = dict[str, Any]


def read_lock(path: Path, scope: str) -> Iterator[Component]:
    """Each pinned package with the hashes of all its files."""
    for name, version, hashes in PACKAGE.findall(path.read_text(encoding="utf-8")):
        plain = re.sub(r"[-_.]+", "-", name).lower()
        component: Component = {
            "type": "library", "bom-ref": f"pkg:pypi/{plain}@{version}", "name": plain, "version": version,
            "scope": scope, "purl": f"pkg:pypi/{plain}@{version}",
            "hashes": [{"alg": "SHA-256", "content": one} for one in HASH.findall(hashes)],
        }  # fmt: skip
        yield component | licence_of(plain)


def licence_of(name: str) -> Component:
    """What a package says of its licence: an expression, a classifier, or a short name; nothing where it says nothing."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return {}
    if expression := told.get("License-Expression"):
        return {"licenses": [{"expression": expression}]}
    named = [
        one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or () if one.startswith("License :: ")
    ]
    short = (told.get("License") or "").strip()
    names = [one for one in named if one != "OSI Approved"] or (
        [short] if short and "\n" not in short and len(short) < 60 else []
    )
    return {"licenses": [{"license": {"name": one}} for one in names]} if names else {}


def read_vendored(path: Path) -> Iterator[Component]:
    """What lies in static/vendor, by the headings of its licences: files of npm packages, of whose licence the text stands there."""
    for name, version, words in VENDORED.findall(path.read_text(encoding="utf-8")):
        place = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        component: Component = {
            "type": "library",
            "bom-ref": place,
            "name": name,
            "version": version,
            "scope": "required",
            "purl": place,
        }
        known = next((one for words_of, one in NPM_LICENCES if words_of in words), "")
        files = sorted(path.parent.glob(f"*-{version}*"))
        hashes = [
            {"alg": "SHA-256", "content": hashlib.sha256(one.read_bytes()).hexdigest()} for one in files
        ]
        yield component | {"hashes": hashes} | ({"licenses": [{"license": {"id": known}}]} if known else {})


def render(root: Path = ROOT) -> Component:
    """The whole list."""
    needed = list(read_lock(root / "requirements/app.txt", "required"))
    seen = {one["purl"] for one in needed}
    tools = [one for one in read_lock(root / "requirements/dev.txt", "excluded") if one["purl"] not in seen]
    parts = [*needed, *tools, *read_vendored(root / "static/vendor/LICENSES.md")]
    version = str(json.loads((root / "manifest.json").read_text(encoding="utf-8"))["version"])
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([version, parts], sort_keys=True))
    ours = {
        "type": "application",
        "bom-ref": "renewal-without-downtime",
        "name": "renewal-without-downtime",
        "version": version,
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}", "version": 1,
        "metadata": {"component": ours | {"licenses": [{"license": {"id": "MIT"}}]}}, "components": parts,
        "dependencies": [{"ref": ours["bom-ref"], "dependsOn": [one["bom-ref"] for one in parts if one["scope"] == "required"]}],
    }  # fmt: skip


def main() -> int:
    """Write the list and say what is in it."""
    found = render()
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    parts = found["components"]
    without = [one["name"] for one in parts if not one.get("licenses")]
    print(
        f"{TARGET.relative_to(ROOT)}: {len(parts)} components, without a declared licence: {', '.join(without) or 'none'}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
