"""Settings: environment variables or a file .env, typed and read once; a wrong one stops the start and is named."""

import os
import re
import ssl
from pathlib import Path
from typing import Annotated, Literal

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from b24app import setting_rules
from b24app.errors import SettingsWrong
from b24app.guard.address_guard import read_trust
from b24app.operator_settings import OperatorSettings

VENDOR_OAUTH_SERVERS = ("https://oauth.bitrix24.tech", "https://oauth.bitrix.info")


class Settings(OperatorSettings):
    """What differs between one installation of this application and another."""

    model_config = SettingsConfigDict(
        env_prefix="B24APP_", env_file=".env", frozen=True, extra="ignore", secrets_dir=None
    )

    allow_local_portals: bool = Field(
        default=False, description="Accept portals over http and on private addresses: the demo only"
    )
    client_id: str = Field(min_length=1, description="Application id from the application card")
    client_secret: SecretStr = Field(description="Application key from the application card")
    secret_key: SecretStr = Field(description="Signs frame tokens and links; at least 32 characters")
    seal_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        description="Keys that seal tokens at rest, newest first, separated by commas"
    )
    database_url: str = Field("sqlite:///.state/app.sqlite3", description="SQLite or PostgreSQL address")
    redis_url: str = Field(
        "", description="Redis that counts requests to portals instead of the database; empty: the database"
    )
    queue_url: str = Field(
        "",
        description="The earlier name of B24APP_REDIS_URL; anything but Redis is left out: jobs lie in the database",
    )
    oauth_servers: Annotated[tuple[str, ...], NoDecode] = Field(
        VENDOR_OAUTH_SERVERS, description="Authorization servers that may receive the client secret"
    )
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="On-premise portals outside the open internet: hosts, host:port and networks, separated by commas; "
        "http://host for one without https (docs/on-premise.md)",
    )
    trusted_ca: Path | None = Field(
        None,
        description="File with the company's own CA certificates (PEM), believed for trusted hosts alone",
    )
    trusted_storage: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Storages of copies outside the open internet: hosts, host:port and networks, separated by commas",
    )
    backup_folder: Path | None = Field(
        None,
        description="Folder of this server below which portals may keep their copies; none: it is not offered",
    )
    download_megabytes: int = Field(
        2048,
        ge=0,
        description="Megabytes of all copies that may wait for their download in the database; 0: not offered",
    )
    public_url: str = Field(description="Address of this application as a portal's browser sees it")
    clock_file: Path | None = Field(
        None, description="File with a shift of the clock in seconds: the demo only"
    )
    smtp_url: SecretStr | None = Field(
        None, description="smtp://user:password@host:port for e-mail reminders"
    )
    mail_from: str = Field("renewal@localhost", description="Sender of e-mail reminders")
    telegram_token: SecretStr | None = Field(
        None, description="Token of the operator's Telegram bot; none: reminders do not go to Telegram"
    )
    telegram_api: str = Field(
        "https://api.telegram.org",
        description="Where the Bot API answers; another address only for a Bot API server of one's own",
    )
    keep_call_log_days: int = Field(7, ge=3, description="Days to keep the log of calls to portals")
    keep_uninstalled_days: int = Field(
        30, ge=0, description="Days to keep data after an uninstall without CLEAN"
    )
    frame_token_minutes: int = Field(
        60,
        ge=5,
        le=60,
        description="How long an opened page stays valid before the portal is asked again who this is",
    )
    look_outside: bool = Field(
        default=True,
        description="Open shops and servers of handlers from here during checks; the demo does not",
    )
    metrics_token: SecretStr | None = Field(
        None, description="Bearer token that /metrics asks for; none: the page is closed"
    )
    metrics_open: bool = Field(
        default=False,
        description="Show /metrics without a token: only where nobody from outside reaches it",
    )
    prometheus_multiproc_dir: Path | None = Field(
        None,
        validation_alias="PROMETHEUS_MULTIPROC_DIR",
        description="Folder by which several web processes share their metrics (prometheus_client reads it itself)",
    )
    sentry_dsn: SecretStr | None = Field(None, description="Where errors are reported; none: nowhere")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Level of the log")
    log_json: bool = Field(default=True, description="Log lines as JSON; false: for people")
    port: int = Field(
        8080, ge=1, le=65535, validation_alias="PORT", description="Port that the web part listens on"
    )
    web_workers: int = Field(
        0, ge=0, le=64, description="Web processes; 0: by the number of processors, at most 4"
    )
    web_threads: int = Field(8, ge=1, le=256, description="Threads of each web process")
    forwarded_allow_ips: str = Field(
        "127.0.0.1", description="Proxies whose X-Forwarded-Proto is believed, separated by commas"
    )
    proxies: int = Field(
        0, ge=0, le=5, description="Proxies in front that write the visitor's address into X-Forwarded-For"
    )
    refusals_per_minute: int = Field(
        300,
        ge=10,
        description="Refused requests after which an address, or events of one portal, wait for the next minute",
    )
    server_timing: bool = Field(
        default=False,
        description="Tell browsers where the time of an answer went (Server-Timing): no secrets in it",
    )
    support_contact: str = Field(
        "", description="Support contact shown on help pages; without it they show the operator's mail"
    )

    @field_validator("seal_keys", "oauth_servers", "trusted_hosts", "trusted_storage", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator(
        "backup_folder",
        "clock_file",
        "smtp_url",
        "metrics_token",
        "prometheus_multiproc_dir",
        "sentry_dsn",
        "telegram_token",
        mode="before",
    )
    @classmethod
    def _drop_empty(cls, value: object) -> object:
        """`NAME=` in a file of settings is the same as no line at all."""
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("seal_keys")
    @classmethod
    def _check_seal_keys(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not keys:
            msg = "needs at least one key; make one with: python -m b24app make-key"
            raise ValueError(msg)
        for key in keys:
            Fernet(key.get_secret_value())
        return keys

    @field_validator("trusted_hosts", "trusted_storage")
    @classmethod
    def _check_trusted_hosts(cls, entries: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if read_trust(entries).plain and info.field_name == "trusted_storage":
            msg = "storages are called over https alone: leave http:// out"
            raise ValueError(msg)
        return entries

    @field_validator("trusted_ca")
    @classmethod
    def _check_trusted_ca(cls, path: Path | None) -> Path | None:
        if path is not None:
            try:
                ssl.create_default_context(cafile=str(path))
            except (OSError, ssl.SSLError) as error:
                msg = f"is not a readable file with certificates in PEM: {error}"
                raise ValueError(msg) from None
        return path

    @field_validator("client_id", "client_secret")
    @classmethod
    def _check_client(cls, value: str | SecretStr) -> str | SecretStr:
        text = value if isinstance(value, str) else value.get_secret_value()
        if not text or not text.isprintable() or " " in text:
            msg = "must not be empty and must have no spaces"
            raise ValueError(msg)
        return value

    @field_validator("secret_key")
    @classmethod
    def _check_secret_key(cls, key: SecretStr) -> SecretStr:
        if len(key.get_secret_value().strip()) < 32:
            msg = "must have at least 32 characters"
            raise ValueError(msg)
        return key

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, url: str, info: ValidationInfo) -> str:
        return setting_rules.judge_public_url(url, local=bool(info.data.get("allow_local_portals")))

    @field_validator("telegram_token")
    @classmethod
    def _check_telegram_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None:
            setting_rules.judge_telegram_token(token.get_secret_value())
        return token

    @field_validator("telegram_api")
    @classmethod
    def _check_telegram_api(cls, url: str, info: ValidationInfo) -> str:
        (address,) = setting_rules.judge_servers((url,), local=bool(info.data.get("allow_local_portals")))
        return address

    @field_validator("oauth_servers")
    @classmethod
    def _check_servers(cls, servers: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return setting_rules.judge_servers(servers, local=bool(info.data.get("allow_local_portals")))

    @field_validator("smtp_url", "sentry_dsn")
    @classmethod
    def _check_secret_address(cls, url: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        judge = (
            setting_rules.judge_smtp_url if info.field_name == "smtp_url" else setting_rules.judge_sentry_dsn
        )
        if url is not None:
            judge(url.get_secret_value())
        return url

    _check_database = field_validator("database_url")(setting_rules.judge_database_url)
    _check_redis = field_validator("redis_url")(setting_rules.judge_redis_url)
    _check_queue = field_validator("queue_url")(setting_rules.judge_queue_url)
    _check_sender = field_validator("mail_from")(setting_rules.judge_sender)
    _check_proxies = field_validator("forwarded_allow_ips")(setting_rules.judge_proxies)

    @field_validator("prometheus_multiproc_dir", "clock_file", "backup_folder")
    @classmethod
    def _check_path(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        if path is None:
            return None
        judge = setting_rules.judge_file if info.field_name == "clock_file" else setting_rules.judge_folder
        return judge(path)

    @property
    def shared_redis(self) -> str:
        """The address of Redis by either name; empty without one."""
        return self.redis_url or self.queue_url


def read_settings() -> Settings:
    """Read the settings from the environment or raise SettingsWrong naming each bad one."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{_name(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise SettingsWrong("The settings are wrong:\n  " + "\n  ".join(lines)) from None
    except UnicodeDecodeError:
        raise SettingsWrong("The settings are wrong:\n  .env: must be a text in UTF-8") from None


def _name(location: tuple[int | str, ...]) -> str:
    """The variable as the operator set it, and .env when it is set there; the documented name for a missing one."""
    first = str(location[0]) if location else "settings"
    documented = first if first.isupper() else f"B24APP_{first.upper()}"
    spelled = next((name for name in os.environ if name.upper() == documented), None)
    if spelled:
        return spelled
    in_file = re.search(rf"(?im)^\s*(?:export\s+)?({documented})\s*=", _dotenv())
    return f"{in_file[1]} in .env" if in_file else documented


def _dotenv() -> str:
    path = Path(str(Settings.model_config.get("env_file")))
    return path.read_text(encoding="utf-8") if path.is_file() else ""
