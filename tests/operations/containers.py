"""Reads what runs the application in containers: Dockerfile, compose.yaml, Procfile, the proxy's file."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
ASSIGNED = re.compile(r"^[A-Z_]+=")


@dataclass
class Stage:
    """One FROM of the Dockerfile; a stage made from another one has what that one has."""

    base: str
    steps: list[tuple[str, str]]
    settings: dict[str, str] = field(default_factory=dict)

    def all_of(self, word: str) -> list[str]:
        return [rest for name, rest in self.steps if name == word]

    def last(self, word: str) -> str:
        return self.all_of(word)[-1]

    @property
    def command(self) -> list[str]:
        return json.loads(self.last("CMD"))

    @property
    def health(self) -> list[str]:
        return json.loads(self.last("HEALTHCHECK").partition("CMD")[2])


def read_dockerfile() -> dict[str, Stage]:
    stages: dict[str, Stage] = {}
    for word, rest in _steps((ROOT / "Dockerfile").read_text()):
        if word == "FROM":
            base, _, name = rest.split()
            before = stages.get(base)
            stage = stages[name] = Stage(
                base, list(before.steps if before else ()), dict(before.settings if before else {})
            )
        else:
            stage.steps.append((word, rest))
        if word == "ENV":
            stage.settings |= dict(pair.split("=", 1) for pair in shlex.split(rest))
    return stages


def _steps(text: str) -> list[tuple[str, str]]:
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", lines)
    return [(line.split()[0], line.split(None, 1)[1].strip()) for line in joined.splitlines() if line.strip()]


def read_compose() -> dict[str, Any]:
    """compose.yaml with each `${NAME:-value}` replaced by its value."""
    text = (ROOT / "compose.yaml").read_text()
    return yaml.safe_load(re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text))


def read_procfile() -> dict[str, tuple[dict[str, str], list[str]]]:
    """Each process: what it puts into its environment, and its command."""
    found = {}
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, _, command = line.partition(":")
        words = shlex.split(command)
        put = [word for word in words if ASSIGNED.match(word)]
        found[name] = (dict(word.split("=", 1) for word in put), words[len(put) :])
    return found


def read_proxy() -> str:
    """The proxy's file without its comments."""
    return re.sub(r"(?m)(^|\s)#.*$", "", (ROOT / "deploy" / "nginx.conf").read_text())


def directives(name: str) -> list[str]:
    """What the proxy's file says of one directive, wherever it stands."""
    return [each.strip() for each in re.findall(rf"(?m)^\s*{name}\s+([^;]+);", read_proxy())]


def copied(stage: Stage) -> list[str]:
    """Paths of the tree that a stage takes into the image."""
    found = []
    for rest in stage.all_of("COPY"):
        if not rest.startswith("--from"):
            found += rest.split()[:-1]
    return found
