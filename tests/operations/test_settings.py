"""Settings: a wrong one stops the start and is called by its name; secrets do not show."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from b24app.errors import SettingsWrong
from b24app.settings import Settings, read_settings

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "B24APP_PUBLIC_URL": "https://renewal.example/",
    "B24APP_CLIENT_ID": "local.1",
    "B24APP_CLIENT_SECRET": "top-secret-value",
    "B24APP_SECRET_KEY": "k" * 32,
    "B24APP_SEAL_KEYS": f"{Fernet.generate_key().decode()}, {Fernet.generate_key().decode()}",
}
WRONG = {
    "B24APP_PUBLIC_URL": "renewal.example",
    "B24APP_CLIENT_ID": "",
    "B24APP_SECRET_KEY": "short",
    "B24APP_SEAL_KEYS": "not-a-key",
    "B24APP_DATABASE_URL": "mysql://x",
    "B24APP_QUEUE_URL": "amqp://x",
    "B24APP_KEEP_CALL_LOG_DAYS": "1",
    "PORT": "eighty",
    "B24APP_TRUSTED_HOSTS": "portal.corp, http://portal.corp",
    "B24APP_TRUSTED_CA": "/no/such/file.pem",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.startswith("B24APP_") or name == "PORT":
            monkeypatch.delenv(name)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_good_settings_are_read(environment: pytest.MonkeyPatch):
    settings = read_settings()
    assert settings.public_url == "https://renewal.example"
    assert len(settings.seal_keys) == 2


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_called_by_its_name(environment: pytest.MonkeyPatch, name: str):
    environment.setenv(name, WRONG[name])
    with pytest.raises(SettingsWrong, match=f"{name}: "):
        read_settings()


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_setting_is_called_by_its_name(environment: pytest.MonkeyPatch, name: str):
    environment.delenv(name)
    with pytest.raises(SettingsWrong, match=f"{name}: Field required"):
        read_settings()


def test_no_keys_at_all_are_refused(environment: pytest.MonkeyPatch):
    environment.setenv("B24APP_SEAL_KEYS", " , ")
    with pytest.raises(SettingsWrong, match="make-key"):
        read_settings()


def test_plain_http_is_for_the_demo_only(environment: pytest.MonkeyPatch):
    environment.setenv("B24APP_PUBLIC_URL", "http://127.0.0.1:8080")
    with pytest.raises(SettingsWrong, match="ALLOW_LOCAL_PORTALS"):
        read_settings()
    environment.setenv("B24APP_ALLOW_LOCAL_PORTALS", "true")
    assert read_settings().public_url == "http://127.0.0.1:8080"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_hosting_addresses_of_postgresql_get_our_driver(environment: pytest.MonkeyPatch, scheme: str):
    environment.setenv("B24APP_DATABASE_URL", f"{scheme}://u@h/d")
    assert read_settings().database_url == "postgresql+psycopg://u@h/d"


def test_secrets_do_not_show(environment: pytest.MonkeyPatch):
    assert "top-secret-value" not in repr(read_settings())


def test_every_setting_says_what_it_is_for():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    "command",
    [["-m", "flask", "--app", "app", "worker"], ["-m", "gunicorn", "-c", "gunicorn.conf.py", "app:app"]],
)
def test_the_start_is_refused_without_a_traceback(environment: pytest.MonkeyPatch, command: list[str]):
    environment.delenv("B24APP_SECRET_KEY")
    started = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert started.returncode != 0
    assert "B24APP_SECRET_KEY: Field required" in started.stderr
    assert "Traceback" not in started.stderr
