"""What the operator sets, read from the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from commons.time_sources import SCHEMES

PREFIX = "VERBUND_"
PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent


class BadSettings(ValueError):
    """Some settings are missing or cannot be read; the message names every one of them."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that differs from one installation to another."""

    database_url: str
    secret_key: str = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    mail_server: str | None = None  # smtp://user:password@host:587 (STARTTLS) or smtps://…
    mail_sender: str = "verbund@localhost"
    demo: bool = False
    proxies: int = 0
    backup_key: str | None = field(default=None, repr=False)
    time_source: str | None = None  # ntp://host or https://…: a third clock to compare the server's with
    secure_cookies: bool = True
    testing: bool = False


def shipped(name: str) -> Path:
    """Return a folder that comes with the product: beside the package in a wheel, at the root of a checkout."""
    inside = PACKAGE / name
    return inside if inside.exists() else CHECKOUT / name


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; name every missing or bad key at once."""
    values = {key.removeprefix(PREFIX): text for key, text in (os.environ if environment is None else environment).items() if key.startswith(PREFIX)}
    faults = list(_faults(values))
    if faults:
        raise BadSettings("\n".join(faults))
    base_url = values.get("BASE_URL", Settings.base_url).rstrip("/")
    return Settings(
        database_url=_driver(values.get("DATABASE_URL") or f"sqlite:///{var() / 'verbund.sqlite'}"),
        secret_key=values.get("SECRET_KEY") or _kept_key(),
        base_url=base_url,
        mail_server=values.get("MAIL_SERVER") or None,
        mail_sender=values.get("MAIL_SENDER", Settings.mail_sender),
        demo=values.get("DEMO") == "1",
        proxies=int(values.get("PROXIES", "0")),
        backup_key=values.get("BACKUP_KEY") or None,
        time_source=values.get("TIME_SOURCE") or None,
        secure_cookies=base_url.startswith("https"),
    )


KEYS = {"DATABASE_URL", "SECRET_KEY", "BASE_URL", "MAIL_SERVER", "MAIL_SENDER", "DEMO", "PROXIES", "BACKUP_KEY", "TIME_SOURCE", "VAR"}


def _faults(values: Mapping[str, str]) -> list[str]:
    faults = [f"{PREFIX}{key}: unknown setting; known are {', '.join(sorted(PREFIX + known for known in KEYS))}" for key in sorted(values.keys() - KEYS)]
    if values.get("DATABASE_URL", "sqlite:").split(":")[0].split("+")[0] not in {"sqlite", "postgresql", "postgres"}:
        faults.append("VERBUND_DATABASE_URL: must begin with sqlite: or postgresql:")
    if "SECRET_KEY" in values and len(values["SECRET_KEY"]) < 32:
        faults.append("VERBUND_SECRET_KEY: needs at least 32 characters")
    if values.get("BASE_URL") and urlsplit(values["BASE_URL"]).scheme not in {"http", "https"}:
        faults.append("VERBUND_BASE_URL: must begin with http:// or https://")
    if values.get("MAIL_SERVER") and urlsplit(values["MAIL_SERVER"]).scheme not in {"smtp", "smtps"}:
        faults.append("VERBUND_MAIL_SERVER: must begin with smtp:// or smtps://")
    if values.get("TIME_SOURCE") and urlsplit(values["TIME_SOURCE"]).scheme not in SCHEMES:
        faults.append("VERBUND_TIME_SOURCE: must begin with ntp://, http:// or https://")
    if values.get("DEMO", "0") not in {"0", "1"}:
        faults.append("VERBUND_DEMO: must be 0 or 1")
    if not values.get("PROXIES", "0").isdigit():
        faults.append("VERBUND_PROXIES: must be the number of trusted proxies")
    return faults


def _driver(url: str) -> str:
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def var() -> Path:
    """Return the folder of what this installation keeps, made where it is missing."""
    folder = Path(os.environ.get("VERBUND_VAR") or (CHECKOUT / "var" if (CHECKOUT / "pyproject.toml").exists() else Path.cwd() / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _kept_key() -> str:
    """Return the key of this installation, made once and readable by its owner only."""
    file = var() / "secret_key"
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_hex(32))
    return file.read_text().strip()
