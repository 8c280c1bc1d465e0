"""The parts of `make bench` can start: settings that a release newly demands are theirs too."""

import os

import pytest

from b24app.settings import Settings, read_settings
from bench.page_rates import environment_of


def test_the_server_of_page_rates_starts_by_what_it_is_given(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    for name in [name for name in os.environ if name.startswith("B24APP_")]:
        monkeypatch.delenv(name)
    for name, value in environment_of(settings, 8_765).items():
        monkeypatch.setenv(name, value)
    assert read_settings().public_url == settings.public_url
