"""Tests of pure functions start at once: the root conftest imports nothing of the application."""

import subprocess
import sys

import pytest

from b24app.manifest import ROOT

LOADED = "import sys, tests.conftest, tests.fixtures; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


@pytest.mark.servers
def test_the_root_of_the_tests_imports_nothing_of_the_application() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"b24app", "sandbox", "flask", "sqlalchemy", "pydantic", "playwright"} & set(
        loaded.stdout.split()
    )
