"""What the sentences of a description stand on: addresses of the application and tests of this tree."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.fernet import Fernet
from pydantic import SecretStr

from b24app.factory import create_app
from b24app.settings import Settings
from tools.listing_kit import Evidence


@cache
def read_addresses() -> frozenset[str]:
    """Every address that the application answers, as its rules are written."""
    with TemporaryDirectory() as folder:
        settings = Settings(
            _env_file=None,
            edition="local",
            public_url="https://renewal.example",
            client_id="listing",
            client_secret=SecretStr("listing"),
            secret_key=SecretStr("a-secret-for-the-lint-of-the-listing"),
            seal_keys=(SecretStr(Fernet.generate_key().decode()),),
            database_url=f"sqlite:///{folder}/nothing.sqlite3",
        )
        rules = create_app(settings).url_map.iter_rules()
        return frozenset(str(rule) for rule in rules if "GET" in (rule.methods or ()))


@dataclass(frozen=True)
class Evidenced:
    """A tree in which pages and tests are looked for."""

    root: Path
    addresses: frozenset[str]
    _tests: dict[Path, frozenset[str]] = field(default_factory=dict)

    def faults(self, claims: Mapping[str, Evidence]) -> Iterator[str]:
        """What points to nothing."""
        for code, evidence in claims.items():
            if not evidence.shown:
                yield f"listing/evidence.toml: {code} points to nothing"
            for one in evidence.shown:
                if not self.holds(one):
                    yield f"listing/evidence.toml: {code}: there is no {one}"

    def holds(self, shown: str) -> bool:
        """Whether an address or `path::test` is there."""
        if shown.startswith("/"):
            return shown in self.addresses
        path, _colons, name = shown.partition("::")
        return bool(name) and name in self.tests_of(self.root / path)

    def tests_of(self, path: Path) -> frozenset[str]:
        """Names of the tests in a file; none where there is no such file."""
        if path not in self._tests:
            self._tests[path] = frozenset(read_tests(path)) if path.is_file() else frozenset()
        return self._tests[path]


def read_tests(path: Path) -> Iterator[str]:
    """Tests of a file, those of a class as `Class::test`."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        before = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        for one in inside:
            if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
                yield before + one.name
