"""What the application is made of is listed whole, advisories are told from silence, and new releases wait before they are locked."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from b24app.manifest import ROOT
from tools import audit, sbom

LOCKED = re.compile(r"(?m)^([A-Za-z0-9][\w.-]*)(?:\[[^]]*\])?==(\S+)")
SILENT = '{"dependencies": [{"name": "jinja2", "skip_reason": "Dependency not found on PyPI and could not be audited: jinja2 (3.1.6)"}], "fixes": []}'
CLEAN = '{"dependencies": [{"name": "jinja2", "version": "3.1.6", "vulns": []}], "fixes": []}'
FOUND = json.dumps({
    "dependencies": [
        {"name": "idna", "version": "3.6", "vulns": [{"id": "PYSEC-2024-60", "fix_versions": ["3.7"], "aliases": [], "description": ""}]},
        {"name": "gone", "skip_reason": "x"},
    ],
    "fixes": [],
})  # fmt: skip
AWAY = "Traceback\nrequests.exceptions.ConnectionError: Failed to resolve 'pypi.org'\n"


@pytest.mark.parametrize(
    ("stdout", "stderr", "code"),
    [(CLEAN, "", 0), (FOUND, "", 1), (SILENT, "", 2), ("", AWAY, 2), ('{"dependencies": []}', "", 2)],
    ids=["clean", "an advisory", "no package answered", "no source", "nothing asked"],
)
def test_an_audit_tells_silence_from_good_news(stdout: str, stderr: str, code: int):
    """The outputs are pip-audit's own: for a source that knows no package it prints "No known vulnerabilities found" and ends with 0."""
    assert audit.judge("requirements/app.txt", stdout, stderr).code == code


def test_an_advisory_is_named_with_its_remedy():
    found = audit.judge("requirements/app.txt", FOUND, "")
    assert found.advisories == ("idna 3.6: PYSEC-2024-60 (3.7)",)
    assert found.unknown == ("gone",)


@pytest.mark.servers
@pytest.mark.parametrize(
    ("said", "code", "words"),
    [(SILENT, 2, "NOT AUDITED"), (CLEAN, 0, "no advisory"), (FOUND, 1, "ADVISORY idna")],
)
def test_the_command_ends_with_what_was_found(tmp_path: Path, said: str, code: int, words: str):
    program = tmp_path / "pip-audit"
    program.write_text(f"#!{sys.executable}\nprint({said!r})\n")
    program.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "tools/audit.py", str(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert words in done.stdout
    assert re.search(r"app\.txt: \d+ locked", done.stdout)


def locked(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text()
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in LOCKED.findall(text)}


def test_each_locked_package_is_listed_with_its_hashes():
    parts = {one["name"]: one for one in sbom.render()["components"] if one["purl"].startswith("pkg:pypi/")}
    assert {name: part["version"] for name, part in parts.items()} == locked("dev.txt") | locked("app.txt")
    text = "".join((ROOT / "requirements" / name).read_text() for name in ("app.txt", "dev.txt"))
    for name, part in parts.items():
        assert part["hashes"], name
        assert all(f"sha256:{one['content']}" in text for one in part["hashes"]), name
        assert part["scope"] == ("required" if name in locked("app.txt") else "excluded")


def test_what_the_application_runs_with_has_its_licence():
    """Where a package declares none, as these do, none is written: pyrage, and two that only other machines need."""
    without = {
        one["name"]
        for one in sbom.render()["components"]
        if one["scope"] == "required" and not one.get("licenses")
    }
    assert without <= {"pyrage", "brotlicffi", "async-timeout", "tzdata", "colorama"}


def test_vendored_parts_are_listed_by_their_files():
    parts = {one["name"]: one for one in sbom.render()["components"] if one["purl"].startswith("pkg:npm/")}
    names = {
        path.name
        for part in parts.values()
        for path in (ROOT / "static/vendor").glob(f"*-{part['version']}*")
    }
    assert names == {path.name for path in (ROOT / "static/vendor").iterdir() if path.suffix != ".md"}
    assert {name: part["licenses"][0]["license"]["id"] for name, part in parts.items()} == {
        "htmx": "0BSD", "age-encryption": "BSD-3-Clause", "@bitrix24/b24ui-nuxt": "MIT",
    }  # fmt: skip


def test_the_same_tree_gives_the_same_list_and_each_part_stands_once():
    found = sbom.render()
    assert found == sbom.render()
    refs = [one["bom-ref"] for one in found["components"]]
    assert len(refs) == len(set(refs))
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", found["serialNumber"])
    assert set(found["dependencies"][0]["dependsOn"]) <= set(refs)


def recipe(name: str) -> str:
    text = (ROOT / "Makefile").read_text()
    return re.split(r"\n\n", text.partition(f"\n{name}:")[2])[0]


def test_locking_leaves_out_what_came_out_within_a_week_unless_it_is_named():
    """A release that was taken over is mostly found out within days."""
    assert re.search(r"(?m)^COOLDOWN \?= 7days$", (ROOT / "Makefile").read_text())
    lines = [line for line in recipe("lock").splitlines() if "pip compile" in line]
    assert [
        "--exclude-newer $(COOLDOWN)" in line and "$(FRESH:%=--exclude-newer-package %=0days)" in line
        for line in lines
    ] == [True]
    assert {path.stem for path in (ROOT / "requirements").glob("*.in")} == set(
        re.findall(r"for one in ([\w ]+); do", recipe("lock"))[0].split()
    )


def test_an_audit_is_no_part_of_the_checks():
    """A stranger's day does not turn the main branch red."""
    check = re.search(r"(?m)^check:(.*)$", (ROOT / "Makefile").read_text())
    assert check is not None
    assert "audit" not in check[1]
    assert "audit.py" in recipe("audit")
    assert "sbom.py" in recipe("sbom")
