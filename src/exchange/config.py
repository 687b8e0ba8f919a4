"""One frozen `Settings`, read from `config.toml` in the node's folder. Secrets by path, never by value."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from exchange.errors import BadInput, Code

_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*", re.ASCII)
_ADDRESS = re.compile(r"[0-9.]+", re.ASCII)
_ORIGIN = re.compile(rf"https://{_NAME.pattern}(?::[1-9][0-9]{{0,4}})?", re.ASCII)
HOME_VARIABLE = "EXCHANGE_HOME"
_ISSUER = re.compile(rf"{_ORIGIN.pattern}(?:/[A-Za-z0-9._~/-]*)?", re.ASCII)
_WEB = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[!-~]*)?", re.ASCII)
SECRET_FILE_VARIABLE = "EXCHANGE_PASSPHRASE_FILE"


class Settings(BaseSettings):
    """Everything that an operator chooses. Durations in seconds, sizes in bytes, as their names say."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    home: Path
    node: str = Field(pattern=r"^[A-Z]{2}$")
    database_url: str = ""
    """Empty: SQLite in the node's folder. A PostgreSQL password belongs in `database_password_file`."""
    database_password_file: Path | None = None
    officer_host: str = "127.0.0.1"
    officer_port: int = Field(default=8441, ge=1, le=65535)
    officer_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    """Names under which officers may address this node (Host allow-list)."""
    console_origin: str = ""
    """Where browsers find the console, without a path; passkeys and links are bound to it.

    Empty: https://, the first of `officer_hosts` that is a name, and the officers' port.
    """
    console_rp_id: str = ""
    """Host name that passkeys belong to: that of the console or a domain above it; empty: the console's."""
    oidc_issuer: str = ""
    """The agency's identity provider (OpenID Connect), exactly as it names itself; empty: there is none."""
    oidc_client_id: str = ""
    oidc_client_secret_file: Path | None = None
    """None: a public client, which PKCE alone protects."""
    oidc_ca_file: Path | None = None
    """PEM: who vouches for the provider's certificate; else whoever this machine trusts."""
    oidc_name: str = Field(default="", max_length=60)
    """What people call it; empty: its host."""
    partner_host: str = "127.0.0.1"
    partner_port: int = Field(default=9441, ge=1, le=65535)
    partner_url: str = ""
    """Address that our descriptor tells to partners; empty: https://partner_host:partner_port."""
    passphrase_file: Path | None = None
    suite: int = Field(default=1, ge=1, le=2)
    deliver_interval_s: float = Field(default=1.0, gt=0)
    pull_interval_s: float = Field(default=60.0, gt=0)
    heartbeat_interval_s: float = Field(default=300.0, gt=0)
    witness_quorum: int = Field(default=1, ge=0, le=16)
    """How many partners must have cosigned our ledger within four hours, so that records may leave; 0 asks for none."""
    stamp_url: str = ""
    """A time-stamp authority (RFC 3161); http is allowed, for it is sent a digest only. Empty: no stamps."""
    stamp_certificates_file: Path | None = None
    """PEM: roots that a stamp must lead to, and intermediates."""
    daily_hour_utc: int = Field(default=5, ge=0, le=23)
    """From this hour on the worker makes the day's proposals of daily agreements."""
    reconcile_hour_utc: int = Field(default=4, ge=0, le=23)
    """From this hour on the worker reconciles with each partner, once a day."""

    demonstration: bool = False
    """Every page says that all people here are invented. For `exchange demo` only."""
    map_boundaries: Literal["none", "un"] = "none"
    """Borders on the map of the console; `un` draws disputed ones dashed."""

    @field_validator("partner_url")
    @classmethod
    def _https_only(cls, value: str) -> str:
        if value and not value.startswith("https://"):
            raise ValueError("https")
        return value

    @field_validator("stamp_url")
    @classmethod
    def _http_or_https(cls, value: str) -> str:
        if value and _WEB.fullmatch(value) is None:
            raise ValueError("http")
        return value

    @field_validator("console_origin")
    @classmethod
    def _an_origin(cls, value: str) -> str:
        if value and _ORIGIN.fullmatch(value) is None:
            raise ValueError("origin")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _an_issuer(cls, value: str) -> str:
        if value and _ISSUER.fullmatch(value) is None:
            raise ValueError("issuer")
        return value

    @field_validator("oidc_client_id", "oidc_name")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("line")
        return value

    @field_validator("console_rp_id")
    @classmethod
    def _a_name(cls, value: str) -> str:
        if value and _NAME.fullmatch(value) is None:
            raise ValueError("name")
        return value

    @property
    def origin(self) -> str:
        """Where browsers find the console."""
        hosts = [host.lower() for host in self.officer_hosts]
        named = [host for host in hosts if _NAME.fullmatch(host) and not _ADDRESS.fullmatch(host)]
        port = "" if self.officer_port == 443 else f":{self.officer_port}"
        return self.console_origin or f"https://{(named or ['localhost'])[0]}{port}"

    @property
    def passkey_host(self) -> str:
        """Host name that passkeys belong to. BadInput(CONFIG_INVALID) for one that no browser would take here."""
        host = self.origin.removeprefix("https://").partition(":")[0]
        if self.console_rp_id and not f".{host}".endswith(f".{self.console_rp_id}"):
            raise BadInput(Code.CONFIG_INVALID, at="console_rp_id")
        return self.console_rp_id or host

    @property
    def oidc_host(self) -> str:
        """Host of the identity provider; empty without one."""
        return self.oidc_issuer.removeprefix("https://").partition("/")[0]

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'node.db'}"

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def partner_address(self) -> str:
        return self.partner_url or f"https://{self.partner_host}:{self.partner_port}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only the file counts: an environment variable left by somebody never changes what a node does."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


def home_folder(given: Path | None = None) -> Path:
    """The node's folder: the one given, or EXCHANGE_HOME. BadInput(CONFIG_INVALID) when neither is."""
    if given is not None:
        return given
    named = os.environ.get(HOME_VARIABLE)
    if not named:
        raise BadInput(Code.CONFIG_INVALID, at=HOME_VARIABLE)
    return Path(named)


def load(home: Path) -> Settings:
    """Settings from `home`/config.toml. BadInput(CONFIG_INVALID) names the member, never its value."""
    try:
        values = tomllib.loads((home / "config.toml").read_text(encoding="utf-8"))
        return Settings(home=home, **values)
    except ValidationError as fault:
        place = ".".join(str(part) for part in fault.errors()[0]["loc"])
        raise BadInput(Code.CONFIG_INVALID, at=place) from None
    except (OSError, ValueError, TypeError):
        raise BadInput(Code.CONFIG_INVALID, at="config.toml") from None


def passphrase_path(settings: Settings | None = None) -> Path | None:
    """Where the passphrase of the key files is to be read from, if not asked at the terminal."""
    named = os.environ.get(SECRET_FILE_VARIABLE)
    if named:
        return Path(named)
    return None if settings is None else settings.passphrase_file
