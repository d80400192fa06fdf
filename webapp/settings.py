"""The settings, typed; the only module that reads the environment. README.md has the table of them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from webapp.kernel.errors import StartError

_LEAST_SECRET = 32
_LONGEST_NUMBER = 6
_HOST_AND_PORT = re.compile(r"([a-zA-Z0-9._-]+|\[[0-9a-fA-F:.]+\])(:[0-9]+)?")
"""A host as browsers send it: other letters than a to z are written as xn--…"""
_MAIL_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")
_DATABASE = re.compile(r"postgresql(\+psycopg)?://.+|sqlite:///[^?]+.*")
DEFAULT_PORT = 8000


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a running Avklart may be told."""

    env: str
    host: str
    port: int
    data: Path
    database_url: str
    base_url: str
    workers: int
    content: Path
    secret_key: bytes
    old_secret_key: bytes | None
    trusted_hops: int
    master_key_file: Path
    audit_heads: Path
    smtp_url: str
    mail_from: str
    sms_url: str
    sms_secret: bytes
    redis_url: str
    oidc_file: Path | None
    receivers_file: Path | None
    seal_file: str
    seal_password: bytes | None
    backup_key_file: Path
    backups: Path | None
    erasures: Path
    metrics_token: bytes

    @property
    def is_demo(self) -> bool:
        """Tell whether this is the demonstration: unknown hosts are answered, mail stays on the machine."""
        return self.env == "demo"

    @property
    def is_https(self) -> bool:
        """Tell whether residents reach the site over https."""
        return self.base_url.startswith("https:")

    @property
    def base_host(self) -> str:
        """The host name of the base address: the default municipality's."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database is a file on this machine."""
        return self.database_url.startswith("sqlite")


def environ_for_child(settings: Settings) -> dict[str, str]:
    """Answer the environment for a process of ours that shall use the same data and content."""
    return {**os.environ, "AVKLART_DATA": str(settings.data), "AVKLART_CONTENT": str(settings.content)}


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raise StartError with every fault at once where they cannot be used."""
    written = os.environ if environ is None else environ
    given = {name: value for name, value in written.items() if value}  # an empty one is missing, but for numbers
    faults: list[str] = []
    env = written.get("AVKLART_ENV", "demo")  # but for this one: what is meant for production never becomes a demo
    if env not in {"demo", "production"}:
        faults.append(f"AVKLART_ENV is '{env}'; allowed: demo, production")
    port = _whole(written, "AVKLART_PORT", DEFAULT_PORT, (1, 65_535), faults)
    data = Path(given.get("AVKLART_DATA", "var")).resolve()
    base_url = given.get("AVKLART_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    if not _is_base_address(base_url):
        faults.append(f"AVKLART_BASE_URL is '{base_url}'; allowed: scheme, host and port, like https://avklart.example")
    settings = Settings(
        env=env,
        host=_host(given, "AVKLART_HOST", faults),
        port=port,
        data=data,
        database_url=_database(given, "AVKLART_DATABASE_URL", faults) or f"sqlite:///{data / 'avklart.db'}",
        base_url=base_url,
        workers=_whole(written, "AVKLART_WORKERS", 2, (1, 64), faults),
        content=Path(given.get("AVKLART_CONTENT", Path(__file__).parent.parent / "content")).resolve(),
        secret_key=_secret(given, "AVKLART_SECRET_KEY_FILE", env, faults),
        old_secret_key=_password(given, "AVKLART_OLD_SECRET_KEY_FILE", faults),
        trusted_hops=_whole(written, "AVKLART_TRUSTED_HOPS", 0, (0, 8), faults),
        master_key_file=Path(given.get("AVKLART_MASTER_KEY_FILE") or data / "keys" / "master").resolve(),
        audit_heads=Path(given.get("AVKLART_AUDIT_HEADS") or data / "audit-heads.jsonl").resolve(),
        smtp_url=_address(given, "AVKLART_SMTP_URL", ("smtp", "smtps"), faults),
        mail_from=_mail_address(given, "AVKLART_MAIL_FROM", faults),
        sms_url=_address(given, "AVKLART_SMS_URL", ("https",), faults),
        sms_secret=_sms_secret(given, env, faults),
        redis_url=_address(given, "AVKLART_REDIS_URL", ("redis", "rediss", "valkey", "valkeys"), faults),
        oidc_file=_path(given, "AVKLART_OIDC_FILE"),
        receivers_file=_path(given, "AVKLART_RECEIVERS_FILE"),
        seal_file=str(_path(given, "AVKLART_SEAL_FILE") or ""),
        seal_password=_password(given, "AVKLART_SEAL_PASSWORD_FILE", faults),
        backup_key_file=Path(given.get("AVKLART_BACKUP_KEY_FILE") or data / "keys" / "backup").resolve(),
        backups=_path(given, "AVKLART_BACKUPS"),
        erasures=Path(given.get("AVKLART_ERASURES") or data / "erasures.jsonl").resolve(),
        metrics_token=_token(given, "AVKLART_METRICS_TOKEN_FILE", faults),
    )
    if env == "production":
        faults += _production_faults(settings, given)
    if faults:
        raise StartError("Avklart cannot start with these settings:\n" + "\n".join(f"- {fault}" for fault in faults))
    return settings


def _is_base_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_alone = address == f"{parts.scheme}://{parts.netloc}" and _HOST_AND_PORT.fullmatch(parts.netloc) is not None
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and has_port and is_alone


def _address(given: Mapping[str, str], name: str, schemes: tuple[str, ...], faults: list[str]) -> str:
    """Read an optional address of an outside service; it may hold a password, so a fault never repeats it."""
    written = given.get(name, "")
    try:
        parts = urlsplit(written)
        is_good = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_good = False
    if written and not is_good:
        beginnings = " or ".join(f"{scheme}://" for scheme in schemes)
        faults.append(f"{name} cannot be used; allowed: an address that begins with {beginnings}")
        return ""
    return written


def _database(given: Mapping[str, str], name: str, faults: list[str]) -> str:
    """Read an optional address of a database; it may hold a password, so a fault never repeats it."""
    written = given.get(name, "")
    if written and _DATABASE.fullmatch(written) is None:
        faults.append(f"{name} cannot be used; allowed: postgresql://name:word@host/database or sqlite:///path")
    return written


def _host(given: Mapping[str, str], name: str, faults: list[str]) -> str:
    written = given.get(name, "127.0.0.1")
    try:
        return str(ip_address("127.0.0.1" if written == "localhost" else written))
    except ValueError:
        faults.append(f"{name} is '{written}'; allowed: an address of this machine, like 127.0.0.1, or 0.0.0.0 for all")
        return written


def _mail_address(given: Mapping[str, str], name: str, faults: list[str]) -> str:
    written = given.get(name, "")
    if written and _MAIL_ADDRESS.fullmatch(written) is None:
        faults.append(f"{name} is '{written}'; allowed: an address, like post@avklart.example")
    return written


def _path(given: Mapping[str, str], name: str) -> Path | None:
    return Path(given[name]).resolve() if given.get(name) else None


def _sms_secret(given: Mapping[str, str], env: str, faults: list[str]) -> bytes:
    return _secret(given, "AVKLART_SMS_SECRET_FILE", env, faults) if given.get("AVKLART_SMS_URL") else b""


def _token(given: Mapping[str, str], name: str, faults: list[str]) -> bytes:
    """Read an optional token; one that can be guessed is as bad as none."""
    token = _password(given, name, faults) or b""
    if token and len(token) < _LEAST_SECRET:
        faults.append(f"{name} names a weak token; allowed: at least {_LEAST_SECRET} random signs")
    return token


def _whole(given: Mapping[str, str], name: str, default: int, limits: tuple[int, int], faults: list[str]) -> int:
    least, most = limits
    written = given.get(name, str(default))
    is_number = written.isascii() and written.isdecimal() and len(written) <= _LONGEST_NUMBER
    if not is_number or not least <= int(written) <= most:
        faults.append(f"{name} is '{written}'; allowed: a whole number from {least} to {most}")
        return default
    return int(written)


def _secret(given: Mapping[str, str], name: str, env: str, faults: list[str]) -> bytes:
    """Read a secret from its file; the demonstration has a known one, production demands its own."""
    path = given.get(name)
    if not path:
        if env == "production":
            faults.append(f"{name} is missing; production needs a file with at least {_LEAST_SECRET} random bytes")
        return b"demonstration only: not a secret"
    try:
        secret = Path(path).read_bytes().strip()
    except OSError as error:
        faults.append(f"{name} names {path}, which cannot be read: {error.strerror}")
        return b""
    if len(secret) < _LEAST_SECRET or len(set(secret)) < _LEAST_SECRET // 4:
        faults.append(f"{name} names a weak secret; allowed: at least {_LEAST_SECRET} random bytes")
    return secret


def _password(given: Mapping[str, str], name: str, faults: list[str]) -> bytes | None:
    """Read the password of a file of ours; how good it is, is its owner's affair."""
    path = _path(given, name)
    try:
        return path.read_bytes().strip() if path else None
    except OSError as error:
        faults.append(f"{name} names {path}, which cannot be read: {error.strerror}")
        return None


def _production_faults(settings: Settings, given: Mapping[str, str]) -> list[str]:
    faults = []
    if "AVKLART_BASE_URL" not in given:
        faults.append("AVKLART_BASE_URL is missing; production needs the address that residents use")
    elif not settings.is_https:
        faults.append(f"AVKLART_BASE_URL is '{settings.base_url}'; production demands https")
    if "AVKLART_DATA" not in given:
        faults.append("AVKLART_DATA is missing; production needs a folder of its own for data")
    if not given.get("AVKLART_MASTER_KEY_FILE"):
        faults.append(
            "AVKLART_MASTER_KEY_FILE is missing; production needs a file with the master key (avklart keys new)"
        )
    if not given.get("AVKLART_SMTP_URL"):
        faults.append("AVKLART_SMTP_URL is missing; production sends mail by a server, like smtps://name:word@host:465")
    if not settings.mail_from:
        faults.append("AVKLART_MAIL_FROM is missing; production needs the address that mail comes from")
    return faults
