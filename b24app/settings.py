"""Every knob, typed and read once; a wrong value stops the start, by name."""

from pathlib import Path
from typing import Annotated, Literal

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from b24app.errors import SettingsWrong

VENDOR_OAUTH_SERVERS = ("https://oauth.bitrix24.tech", "https://oauth.bitrix.info")


DATABASES = ("sqlite", "postgresql+psycopg")
QUEUES = ("sqlite", "redis", "rediss", "postgres", "postgresql", "memory")


class Settings(BaseSettings):
    """What differs between one installation of this application and another."""

    model_config = SettingsConfigDict(
        env_prefix="B24APP_", env_file=".env", frozen=True, extra="ignore", secrets_dir=None
    )

    client_id: str = Field(min_length=1, description="Application id from the application card")
    client_secret: SecretStr = Field(description="Application key from the application card")
    secret_key: SecretStr = Field(description="Signs frame tokens and links; at least 32 characters")
    seal_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        description="Keys that seal tokens at rest, newest first, separated by commas"
    )
    database_url: str = Field("sqlite:///.state/app.sqlite3", description="SQLite or PostgreSQL address")
    queue_url: str = Field(
        "sqlite:///.state/queue.sqlite3", description="sqlite, redis, postgresql or memory"
    )
    oauth_servers: Annotated[tuple[str, ...], NoDecode] = Field(
        VENDOR_OAUTH_SERVERS, description="Authorization servers that may receive the client secret"
    )
    allow_local_portals: bool = Field(
        default=False, description="Accept portals over http and on private addresses: the demo only"
    )
    public_url: str = Field(description="Address of this application as a portal's browser sees it")
    edition: Literal["local", "market"] = Field(
        "market", description="market hides every commercial text, as the marketplace rules ask"
    )
    clock_file: Path | None = Field(
        None, description="File with a shift of the clock in seconds: the demo only"
    )
    smtp_url: SecretStr | None = Field(
        None, description="smtp://user:password@host:port for e-mail reminders"
    )
    mail_from: str = Field("renewal@localhost", description="Sender of e-mail reminders")
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
        None, description="Bearer token that /metrics asks for; none: local only"
    )
    prometheus_multiproc_dir: Path | None = Field(
        None,
        validation_alias="PROMETHEUS_MULTIPROC_DIR",
        description="Folder by which several web processes share their metrics (prometheus_client reads it itself)",
    )
    sentry_dsn: SecretStr | None = Field(None, description="Where errors are reported; none: nowhere")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Level of the log")
    log_json: bool = Field(default=True, description="Log lines as JSON; false: for people")
    port: int = Field(8080, validation_alias="PORT", description="Port that the web part listens on")
    web_workers: int = Field(0, ge=0, description="Web processes; 0: by the number of processors, at most 4")
    web_threads: int = Field(8, ge=1, description="Threads of each web process")
    forwarded_allow_ips: str = Field(
        "127.0.0.1", description="Proxies whose X-Forwarded-Proto is believed, separated by commas"
    )
    proxies: int = Field(
        0, ge=0, le=5, description="Proxies in front that write the visitor's address into X-Forwarded-For"
    )
    refusals_per_minute: int = Field(
        300, ge=10, description="Refused requests after which an address waits for the next minute"
    )
    support_contact: str = Field("", description="Support contact shown on help pages")

    @field_validator("seal_keys", "oauth_servers", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("seal_keys")
    @classmethod
    def _check_seal_keys(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not keys:
            msg = "needs at least one key; make one with: python -m b24app make-key"
            raise ValueError(msg)
        for key in keys:
            Fernet(key.get_secret_value())
        return keys

    @field_validator("secret_key")
    @classmethod
    def _check_secret_key(cls, key: SecretStr) -> SecretStr:
        if len(key.get_secret_value()) < 32:
            msg = "must have at least 32 characters"
            raise ValueError(msg)
        return key

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, url: str, info: ValidationInfo) -> str:
        allowed = ("https://", "http://") if info.data.get("allow_local_portals") else ("https://",)
        if not url.startswith(allowed):
            msg = "must start with https:// (http:// only with B24APP_ALLOW_LOCAL_PORTALS)"
            raise ValueError(msg)
        return url.rstrip("/")

    @field_validator("queue_url")
    @classmethod
    def _check_queue_url(cls, url: str) -> str:
        return _check_scheme(url, QUEUES)

    @field_validator("database_url")
    @classmethod
    def _name_driver(cls, url: str) -> str:
        """SQLAlchemy knows neither `postgres://` nor which driver we ship."""
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return _check_scheme(url, DATABASES)


def _check_scheme(url: str, known: tuple[str, ...]) -> str:
    if url.partition("://")[0] not in known:
        msg = f"must start with one of: {', '.join(known)}"
        raise ValueError(msg)
    return url


def read_settings() -> Settings:
    """Read the settings from the environment or raise SettingsWrong naming each bad one."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"B24APP_{'_'.join(map(str, item['loc'])).upper()}: {item['msg']}" for item in error.errors()
        ]
        raise SettingsWrong("The settings are wrong:\n  " + "\n  ".join(lines)) from None


def _name(location: tuple[int | str, ...]) -> str:
    """The variable as it is set: two are named by custom, the others carry our prefix."""
    first = str(location[0]) if location else "settings"
    return first if first.isupper() else f"B24APP_{first.upper()}"
