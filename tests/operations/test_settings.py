"""Settings: a wrong one stops the start and is called by its name; secrets do not show."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from b24app.errors import SettingsWrong
from b24app.operator_settings import DEMANDED, OperatorSettings
from b24app.settings import Settings, read_settings
from tests.story import OPERATOR_ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "B24APP_PUBLIC_URL": "https://renewal.example/",
    "B24APP_CLIENT_ID": "local.1",
    "B24APP_CLIENT_SECRET": "top-secret-value",
    "B24APP_SECRET_KEY": "k" * 32,
    "B24APP_SEAL_KEYS": f"{Fernet.generate_key().decode()}, {Fernet.generate_key().decode()}",
    **OPERATOR_ENVIRONMENT,
}
WRONG = {
    "B24APP_PUBLIC_URL": [
        "renewal.example",
        "https://",
        "https://x:0",
        "https://x:99999",
        "https://u:p@x",
        "https://x/?a",
        "https://x y",
        "ftp://x",
    ],
    "B24APP_CLIENT_ID": ["", "with space"],
    "B24APP_CLIENT_SECRET": ["", " "],
    "B24APP_SECRET_KEY": ["short", " " * 40],
    "B24APP_SEAL_KEYS": ["not-a-key", "ключ"],
    "B24APP_DATABASE_URL": [
        "mysql://x",
        "sqlite:/x",
        "sqlite://x",
        "sqlite:///",
        "postgresql://u@h",
        "postgres://h:0/d",
        "postgresql://h:port/d",
        "",
    ],
    "B24APP_REDIS_URL": ["amqp://x", "redis://", "redis://h:70000/0", "postgresql://h/d", "redis"],
    "B24APP_QUEUE_URL": ["redis://", "redis://h:70000/0"],
    "B24APP_OAUTH_SERVERS": [
        "",
        ",",
        "http://oauth.example",
        "oauth.example",
        "https://oauth.example/oauth",
        "https://u@oauth.example",
        "https://oauth.example:0",
    ],
    "B24APP_EDITION": ["boxed"],
    "B24APP_ALLOW_LOCAL_PORTALS": ["perhaps"],
    "B24APP_TRUSTED_HOSTS": ["portal.corp, ftp://portal.corp"],
    "B24APP_TRUSTED_STORAGE": ["nas.corp, sftp://nas.corp", "0.0.0.0/0", "http://nas.corp"],
    "B24APP_BACKUP_FOLDER": ["/no/such/folder"],
    "B24APP_DOWNLOAD_MEGABYTES": ["-1", "lots"],
    "B24APP_TRUSTED_CA": ["/no/such/file.pem"],
    "B24APP_CLOCK_FILE": ["."],
    "B24APP_SMTP_URL": [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://:25",
        "smtp://h:0",
        "smtp://h:70000",
        "smtp://h:mail",
        "smtp://u:p/w@h",
        "smtp://h/x",
        "smtp://h h",
        "smtp://h?tls",
        "smtps:mail.example",
    ],
    "B24APP_MAIL_FROM": [
        "",
        "renewal",
        "Renewal <a@b.example>",
        "a@b.example, c@d.example",
        "a@",
        "@b.example",
        "я@b.example",
        "a b@c.example",
    ],
    "B24APP_KEEP_CALL_LOG_DAYS": ["1", "week"],
    "B24APP_KEEP_UNINSTALLED_DAYS": ["-1"],
    "B24APP_FRAME_TOKEN_MINUTES": ["0"],
    "B24APP_LOOK_OUTSIDE": ["sometimes"],
    "B24APP_METRICS_OPEN": ["perhaps"],
    "B24APP_SERVER_TIMING": ["now and then"],
    "PROMETHEUS_MULTIPROC_DIR": ["/no/such/folder"],
    "B24APP_SENTRY_DSN": [
        "key",
        "https://sentry.example/1",
        "https://key@sentry.example",
        "https://key@sentry.example/name",
        "ftp://key@h/1",
    ],
    "B24APP_OPERATOR_COUNTRY": ["Russia", "XX", "R", " "],
    "B24APP_HOSTING_COUNTRY": ["EUROPE", "Q7"],
    "B24APP_OPERATOR_MAIL": ["operator", "Operator <a@b.example>", "a@b.example, c@d.example"],
    "B24APP_OPERATOR_NAME": ["", "x" * 301, "two\nlines"],
    "B24APP_OPERATOR_NUMBER": ["", "x" * 301],
    "B24APP_OPERATOR_ADDRESS": ["", "x" * 301],
    "B24APP_OPERATOR_HOURS": ["", "x" * 301],
    "B24APP_OPERATOR_REACTION": ["", "x" * 301],
    "B24APP_PROCESSORS": ["", "Hosting", "Hosting, Russia", "Hosting, Russia, servers; Mail"],
    "B24APP_LAWYER_READ": ["yesterday", "2026-13-01"],
    "B24APP_LOG_LEVEL": ["loud"],
    "B24APP_LOG_JSON": ["maybe"],
    "PORT": ["eighty", "0", "65536", "-1", ""],
    "B24APP_WEB_WORKERS": ["-1", "1000"],
    "B24APP_WEB_THREADS": ["0"],
    "B24APP_FORWARDED_ALLOW_IPS": ["proxy", "10.0.0.0/99", "127.0.0.1;10.0.0.1", "*,10.0.0.1"],
    "B24APP_PROXIES": ["6"],
    "B24APP_REFUSALS_PER_MINUTE": ["1"],
    "B24APP_TELEGRAM_TOKEN": ["bot", "123456:ABC/../getMe", "123456:ABC DEF1234ghIkl-zyx57W2v1u123ew11"],
    "B24APP_TELEGRAM_API": [
        "http://api.telegram.org",
        "https://api.telegram.org/bot",
        "api.telegram.org",
        "",
    ],
}
RIGHT = {
    "B24APP_SMTP_URL": [
        "smtp://mail.example",
        "smtps://u:p%40s%2Fs@mail.example:465",
        "smtp://127.0.0.1:1025",
        "smtp://[::1]:25",
        "",
    ],
    "B24APP_MAIL_FROM": ["renewal@localhost", "robot@shop.example"],
    "B24APP_SENTRY_DSN": ["https://key@o1.ingest.sentry.io/42", "https://key@sentry.example/path/42", ""],
    "B24APP_FORWARDED_ALLOW_IPS": ["*", "", "127.0.0.1, 10.0.0.0/8", "::1"],
    "B24APP_DATABASE_URL": [
        "sqlite:///a.sqlite3",
        "sqlite:////srv/a.sqlite3",
        "postgresql+psycopg://u:p@h:5432/d",
        "postgresql:///d?host=/run",
    ],
    "B24APP_REDIS_URL": ["", "redis://h:6379/0", "rediss://:p@h/1"],
    "B24APP_QUEUE_URL": [
        "",
        "memory://",
        "redis://h:6379/0",
        "rediss://:p@h/1",
        "sqlite:///q.sqlite3",
        "postgresql://u@h/d",
    ],
    "B24APP_OAUTH_SERVERS": ["https://oauth.bitrix24.tech, https://oauth.bitrix.info"],
    "B24APP_TRUSTED_HOSTS": ["portal.corp, http://portal.corp:8080"],
    "B24APP_TRUSTED_STORAGE": ["minio.corp:9000, 10.20.0.0/16", ""],
    "B24APP_BACKUP_FOLDER": [".", ""],
    "B24APP_DOWNLOAD_MEGABYTES": ["0", "4096"],
    "B24APP_OPERATOR_COUNTRY": ["ru", "KZ"],
    "B24APP_PROCESSORS": ["none", "None", "A, Russia, servers; B, Germany, mail, and its log;"],
    "B24APP_LAWYER_READ": ["2026-12-01", ""],
    "B24APP_CLOCK_FILE": ["shift", ""],
    "B24APP_METRICS_TOKEN": ["", "token"],
    "B24APP_TELEGRAM_TOKEN": ["", "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"],
    "B24APP_TELEGRAM_API": ["https://api.telegram.org", "https://bots.company.example:8443"],
    "PROMETHEUS_MULTIPROC_DIR": [".", ""],
    "PORT": ["1", "65535"],
}


SECRETS = (
    "B24APP_SMTP_URL",
    "B24APP_SENTRY_DSN",
    "B24APP_CLIENT_SECRET",
    "B24APP_SECRET_KEY",
    "B24APP_SEAL_KEYS",
)


def pairs(values: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, found in values.items() for value in found]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.startswith("B24APP_") or name in ("PORT", "PROMETHEUS_MULTIPROC_DIR"):
            monkeypatch.delenv(name)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_good_settings_are_read(environment: pytest.MonkeyPatch):
    settings = read_settings()
    assert settings.public_url == "https://renewal.example"
    assert len(settings.seal_keys) == 2


@pytest.mark.parametrize(("name", "value"), pairs(WRONG))
def test_a_wrong_setting_is_called_by_its_name(environment: pytest.MonkeyPatch, name: str, value: str):
    environment.setenv(name, value)
    with pytest.raises(SettingsWrong, match=f"\n  {name}: ") as refused:
        read_settings()
    assert str(refused.value).count("\n") == 1
    assert not value.strip() or value not in str(refused.value) or len(value) < 6 or name not in SECRETS


@pytest.mark.parametrize("spelled", ["b24app_log_level", "B24app_Log_Level"])
def test_a_wrong_setting_is_spelled_as_the_operator_did(environment: pytest.MonkeyPatch, spelled: str):
    environment.setenv(spelled, "loud")
    with pytest.raises(SettingsWrong, match=f"\n  {spelled}: "):
        read_settings()


@pytest.mark.parametrize("line", ["B24APP_LOG_LEVEL=loud", "export b24app_log_level = 'loud'"])
def test_a_wrong_setting_of_the_file_is_sought_there(
    environment: pytest.MonkeyPatch, tmp_path: Path, line: str
):
    (tmp_path / ".env").write_text(f"# B24APP_LOG_LEVEL\n{line}\n", encoding="utf-8")
    spelled = line.removeprefix("export ").split("=")[0].strip()
    with pytest.raises(SettingsWrong, match=f"\n  {spelled} in .env: "):
        read_settings()


def test_the_environment_is_named_when_both_set_it(environment: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / ".env").write_text("B24APP_LOG_LEVEL=info\n", encoding="utf-8")
    environment.setenv("B24APP_LOG_LEVEL", "loud")
    with pytest.raises(SettingsWrong, match="\n  B24APP_LOG_LEVEL: "):
        read_settings()


@pytest.mark.parametrize(("name", "value"), pairs(RIGHT))
def test_a_right_setting_is_taken(environment: pytest.MonkeyPatch, name: str, value: str):
    environment.setenv(name, value)
    read_settings()


@pytest.mark.parametrize("field", ["smtp_url", "sentry_dsn", "metrics_token", "clock_file", "telegram_token"])
def test_an_empty_line_says_the_same_as_none(environment: pytest.MonkeyPatch, field: str):
    environment.setenv(f"B24APP_{field.upper()}", " ")
    assert getattr(read_settings(), field) is None


def test_every_setting_that_can_be_wrong_is_judged():
    free = {"support_contact", "metrics_token"}
    named = {name.lower().removeprefix("b24app_") for name in WRONG}
    assert set(Settings.model_fields) - named == free


def test_all_wrong_settings_are_named_at_once(environment: pytest.MonkeyPatch):
    environment.setenv("B24APP_SMTP_URL", "x")
    environment.setenv("PORT", "0")
    with pytest.raises(SettingsWrong, match=r"B24APP_SMTP_URL: [\s\S]*\n  PORT: "):
        read_settings()


def test_a_file_of_settings_that_is_no_text_is_named(environment: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / ".env").write_bytes(b"B24APP_CLIENT_ID=\xff\xfe")
    with pytest.raises(SettingsWrong, match=r"\.env: "):
        read_settings()


@pytest.mark.parametrize("name", [name for name in GOOD if name not in OPERATOR_ENVIRONMENT])
def test_a_missing_setting_is_called_by_its_name(environment: pytest.MonkeyPatch, name: str):
    environment.delenv(name)
    with pytest.raises(SettingsWrong, match=f"{name}: Field required"):
        read_settings()


@pytest.mark.parametrize("name", DEMANDED)
def test_the_market_does_not_start_without_its_operator_and_names_what_is_missing(
    environment: pytest.MonkeyPatch, name: str
):
    environment.delenv(f"B24APP_{name.upper()}")
    with pytest.raises(SettingsWrong, match=f"\n  B24APP_{name.upper()}: .*B24APP_EDITION=market"):
        read_settings()
    environment.setenv("B24APP_EDITION", "local")
    assert getattr(read_settings(), name) == ""


def test_all_that_is_missing_of_the_operator_is_named_at_once(environment: pytest.MonkeyPatch):
    for name in OPERATOR_ENVIRONMENT:
        environment.delenv(name)
    with pytest.raises(SettingsWrong) as refused:
        read_settings()
    assert [line.split(":")[0].strip() for line in str(refused.value).splitlines()[1:]] == [
        *OPERATOR_ENVIRONMENT
    ]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("инфо@почта.рф", "инфо@почта.рф"), ("info@xn--80a1acny.xn--p1ai", "info@почта.рф"), ("", "")],
)
def test_the_operators_mail_may_be_international(environment: pytest.MonkeyPatch, given: str, kept: str):
    environment.setenv("B24APP_EDITION", "local")
    environment.setenv("B24APP_OPERATOR_MAIL", given)
    assert read_settings().operator_mail == kept


@pytest.mark.parametrize("given", ["info", "info@lаvka.example", "A <a@b.example>"])
def test_what_is_no_mail_of_the_operator_names_its_setting(environment: pytest.MonkeyPatch, given: str):
    environment.setenv("B24APP_OPERATOR_MAIL", given)
    with pytest.raises(SettingsWrong, match="B24APP_OPERATOR_MAIL: "):
        read_settings()


def test_what_the_market_demands_is_all_about_the_operator_but_the_lawyers_day():
    assert {*OperatorSettings.model_fields} - {*DEMANDED} == {"edition", "lawyer_read"}


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


@pytest.mark.servers
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
