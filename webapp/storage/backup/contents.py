"""What lies in a backup: a tar of a description, the database in parts, files beside it, and what it must add up to."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, cast

from webapp.storage.backup.framing import BrokenBackupError, Reader, Writer
from webapp.storage.masters import Masters

DESCRIPTION, TOTALS, FILES = "description.json", "totals.json", "files/"
PART = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Description:
    """What a backup says of itself at its beginning: from when, of which schema, for which kind of database."""

    made_at: str
    version: str
    schema: str
    kind: str
    """`sqlite` or `postgresql`."""
    columns: dict[str, list[str]] = field(default_factory=dict)
    """The columns of each table, in the order in which its rows are written; PostgreSQL only."""
    heads: dict[str, list[Any]] = field(default_factory=dict)
    """Where each municipality's audit log ended: sequence and hash."""


class Packer:
    """Puts things into a backup, one after another."""

    def __init__(self, out: BinaryIO, keys: Masters, description: Description) -> None:
        self._writer = Writer(out, keys)
        self._tar = tarfile.open(fileobj=self._writer, mode="w|", format=tarfile.PAX_FORMAT, bufsize=PART)  # noqa: SIM115 -- closed by finish
        self._totals: dict[str, list[Any]] = {}
        self._add(DESCRIPTION, json.dumps(asdict(description)).encode())

    def put(self, name: str, parts: Iterable[bytes]) -> int:
        """Put something in, in as many parts as it comes in; answer its size."""
        code, size = sha256(), 0
        for number, part in enumerate(parts):
            self._add(f"{name}#{number}", part)
            code.update(part)
            size += len(part)
        self._totals[name] = [size, code.hexdigest()]
        return size

    def finish(self) -> None:
        """Write what it must add up to, and the end."""
        self._add(TOTALS, json.dumps(self._totals).encode())
        self._tar.close()
        self._writer.finish()

    def _add(self, name: str, data: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        self._tar.addfile(member, io.BytesIO(data))


def file_parts(path: Path) -> Iterator[bytes]:
    """Read a file in parts."""
    with path.open("rb") as file:
        while part := file.read(PART):
            yield part


def gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Gather small pieces into parts that are worth a place of their own."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= PART:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


Take = Callable[[str, bytes], None]
"""Takes a part of something by its name."""


def describe(source: BinaryIO, keys: Masters) -> Description:
    """Answer what a backup says of itself; it is not known yet whether it is whole."""
    with _tar(Reader(source, keys)) as tar:
        return _description(tar)


def unpack(source: BinaryIO, keys: Masters, take: Take) -> Description:
    """Hand out a backup part by part; raise BrokenBackupError, at the latest at its end, where it is not whole."""
    reader = Reader(source, keys)
    codes: dict[str, Any] = {}
    sizes: dict[str, int] = {}
    with _tar(reader) as tar:
        description = _description(tar)
        totals = None
        while (member := tar.next()) is not None:  # a loop over a stream would begin at its first member again
            data = _read(tar, member)
            if member.name == TOTALS:
                totals = json.loads(data)
                continue
            name = member.name.rpartition("#")[0]
            codes.setdefault(name, sha256()).update(data)
            sizes[name] = sizes.get(name, 0) + len(data)
            take(name, data)
    reader.drain()
    found = {name: [sizes.get(name, 0), codes[name].hexdigest()] for name in codes}
    if totals is None or {name: total for name, total in totals.items() if total[0]} != found:
        raise BrokenBackupError("the backup is broken: its parts are not what it says that they are")
    return description


def _tar(reader: Reader) -> tarfile.TarFile:
    try:
        return tarfile.open(fileobj=cast("BinaryIO", io.BufferedReader(reader, PART)), mode="r|", bufsize=PART)
    except tarfile.TarError as error:
        raise BrokenBackupError(f"the backup is broken: {error}") from None


def _description(tar: tarfile.TarFile) -> Description:
    first = tar.next()
    if first is None or first.name != DESCRIPTION:
        raise BrokenBackupError("the backup is broken: it does not say what it is")
    return Description(**json.loads(_read(tar, first)))


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    return file.read() if file else b""
