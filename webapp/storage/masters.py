"""The master keys: a file outside the database, one key a line, newest first; they wrap the data keys (K2)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from webapp.kernel.disk import sync_names
from webapp.kernel.errors import StartError, TamperedError
from webapp.settings import Settings
from webapp.storage.ciphers import SECRET_BYTES, bind, decode, encode, new_secret_bytes, unwrap, wrap
from webapp.storage.key_models import DataKeyRow

SETTING, BACKUP_SETTING = "AVKLART_MASTER_KEY_FILE", "AVKLART_BACKUP_KEY_FILE"
_NAMES = {SETTING: "master", BACKUP_SETTING: "backup"}
_OTHERS = 0o077
_HEADER = "# Keys of Avklart, newest first. Keep a copy apart from database and backups: a lost key is lost data.\n"


@dataclass(frozen=True, slots=True)
class Master:
    """One master key; only its id is ever shown."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The first 32 bits of the key's SHA-256: a name that says nothing of the key."""
        return sha256(self.secret).hexdigest()[:8]


Masters = tuple[Master, ...]
"""The master keys of an installation, newest first; at least one."""


def read_masters(settings: Settings) -> Masters:
    """Read the master keys; the demonstration makes a missing file, production raises StartError."""
    return _read(settings.master_key_file, SETTING, is_demo=settings.is_demo)


def read_backup_keys(settings: Settings) -> Masters:
    """Read the keys of backups, as the master keys are read; raise StartError where one is a master key too."""
    found = _read(settings.backup_key_file, BACKUP_SETTING, is_demo=settings.is_demo)
    if {key.id for key in found} & {key.id for key in read_masters(settings)}:
        remedy = "a key of its own: `avklart keys new FILE`"
        raise _refusal(settings.backup_key_file, "has a master key in it", remedy, BACKUP_SETTING)
    return found


def _read(path: Path, setting: str, *, is_demo: bool) -> Masters:
    try:
        if is_demo and not path.exists():
            with suppress(FileExistsError):  # another process made it at the same moment: its key is ours too
                make_file(path)
        is_open_to_others = bool(path.stat().st_mode & _OTHERS)
        lines = path.read_text("ascii").splitlines()
    except FileNotFoundError:
        raise _refusal(path, "is not there", _remedy(path), setting) from None
    except OSError as error:
        raise _refusal(path, f"cannot be read or made: {error.strerror}", _remedy(path), setting) from None
    except UnicodeDecodeError:
        raise _refusal(path, "is not a file of keys", _remedy(path), setting) from None
    if is_open_to_others and not is_demo:
        raise _refusal(path, "others than its owner may open", f"`chmod 600 {path}`", setting)
    return _parse(path, lines, setting)


def make_file(path: Path) -> None:
    """Make a file with one new master key, whole or not at all; raise FileExistsError where there is one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _written_beside(path, f"{_HEADER}{encode(new_secret_bytes())}\n") as ready:
        os.link(ready, path)
        sync_names(path.parent)


def add_key(path: Path) -> None:
    """Put a new master key before those of a file; raise StartError where the file cannot be used."""
    text = path.read_text("ascii")
    _parse(path, text.splitlines())
    owner = path.stat()
    with _written_beside(path, f"{encode(new_secret_bytes())}\n{text}") as ready:
        os.chown(ready, owner.st_uid, owner.st_gid)  # a command run as root leaves the file to the product
        ready.replace(path)
        sync_names(path.parent)  # before a data key is wrapped by it


def open_key(masters: Masters, row: DataKeyRow) -> bytes:
    """Answer the secret of a stored data key; raise StartError where no master key of ours opens it."""
    master = next((master for master in masters if master.id == row.master), None)
    if master is None:
        raise StartError(
            f"the data key {row.id} of {row.municipality} needs the master key {row.master}, which is not in the file "
            f"that {SETTING} names: put its line back"
        )
    try:
        return unwrap(master.secret, row.wrapped, bind(row.municipality, row.purpose, row.id))
    except TamperedError:
        raise StartError(
            f"the data key {row.id} of {row.municipality} does not open by the master key {row.master} that wrapped it:"
            " its row was changed; put it back from a backup"
        ) from None


def wrap_key(masters: Masters, row: DataKeyRow, secret: bytes) -> None:
    """Wrap the secret of a data key by the newest master key."""
    newest = masters[0]
    row.master = newest.id
    row.wrapped = wrap(newest.secret, secret, bind(row.municipality, row.purpose, row.id))


@contextmanager
def _written_beside(path: Path, text: str) -> Iterator[Path]:
    """Write a file for its owner only, and hold it on the disk beside the place it shall have."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(handle, "w", encoding="ascii") as file:  # noqa: PTH123 -- a handle, not a path
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _parse(path: Path, lines: list[str], setting: str = SETTING) -> Masters:
    masters = []
    for number, line in enumerate(lines, 1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        try:
            secret = decode(written)
        except ValueError:
            secret = b""
        if len(secret) != SECRET_BYTES or len(set(secret)) < SECRET_BYTES // 4:
            fault = f"has no {_NAMES[setting]} key in line {number}"
            raise _refusal(path, fault, "43 letters that `avklart keys new` wrote", setting)
        masters.append(Master(secret))
    if not masters:
        raise _refusal(path, "has no key in it", _remedy(path), setting)
    return tuple(masters)


def _remedy(path: Path) -> str:
    return f"put the file back from where its copy is kept; on a new installation `avklart keys new {path}`"


def _refusal(path: Path, fault: str, remedy: str, setting: str) -> StartError:
    return StartError(f"{setting} names {path}, which {fault}. What helps: {remedy}")
