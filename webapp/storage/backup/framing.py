"""How a backup is encrypted: AES-256-GCM in pieces, written and read as a stream.

A file is the line of its format, a line of JSON that names the backup key and carries a salt, and then pieces. The key
of the file is made of the backup key and the salt (HKDF-SHA-256, bound to both lines). A piece's nonce is its number
and whether it is the last: pieces that are changed, left out, put in another order, cut off or added do not open.
"""

from __future__ import annotations

import io
import json
import secrets
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from webapp.kernel.errors import StartError
from webapp.storage import ciphers
from webapp.storage.masters import BACKUP_SETTING, Masters

FORMAT = b"avklart backup 1\n"
PIECE = 1024 * 1024
_TAG = 16
_LONGEST_LINE = 1000


class BrokenBackupError(StartError):
    """A backup that is not whole: cut off, changed, or none at all."""


def _cipher(secret: bytes, salt: bytes, lines: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=salt, info=lines).derive(secret))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class Writer(io.RawIOBase):
    """Encrypts what is written to it; only `finish` makes a whole file of it."""

    def __init__(self, out: BinaryIO, keys: Masters) -> None:
        super().__init__()
        salt = secrets.token_bytes(32)
        line = json.dumps({"key": keys[0].id, "salt": ciphers.encode(salt)}).encode() + b"\n"
        out.write(FORMAT + line)
        self._cipher = _cipher(keys[0].secret, salt, FORMAT + line)
        self._out, self._held, self._number = out, bytearray(), 0

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take more; what fills a piece, and is not its end, is encrypted at once.

        What comes when the file is closed is what is left of a backup that failed: it is written nowhere.
        """
        if self._out.closed:
            return len(data)
        self._held += data
        while len(self._held) > PIECE:
            self._send(PIECE, is_last=False)
        return len(data)

    def finish(self) -> None:
        """Write the last piece."""
        self._send(len(self._held), is_last=True)

    def _send(self, size: int, *, is_last: bool) -> None:
        piece = bytes(self._held[:size])
        del self._held[:size]
        self._out.write(self._cipher.encrypt(_nonce(self._number, is_last=is_last), piece, None))
        self._number += 1


class Reader(io.RawIOBase):
    """Decrypts a backup; raises BrokenBackupError at the first piece that is not what was written."""

    def __init__(self, source: BinaryIO, keys: Masters) -> None:
        super().__init__()
        if source.readline(_LONGEST_LINE) != FORMAT:
            raise BrokenBackupError("this is no backup of Avklart, or one of another format")
        line = source.readline(_LONGEST_LINE)
        try:
            said = json.loads(line)
            key_id, salt = str(said["key"]), ciphers.decode(said["salt"])
        except (ValueError, KeyError, TypeError):
            raise BrokenBackupError("the backup is broken: its second line cannot be read") from None
        key = next((key for key in keys if key.id == key_id), None)
        if key is None:
            raise StartError(
                f"the backup was written with the backup key {key_id}, which is not in the file that {BACKUP_SETTING} "
                "names: put its line back"
            )
        self._cipher = _cipher(key.secret, salt, FORMAT + line)
        self._source, self._open, self._number, self._is_over = source, b"", 0, False

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill a buffer as far as the piece at hand goes; nothing is left at the end of the last one."""
        while not self._open and not self._is_over:
            self._next()
        size = min(len(buffer), len(self._open))
        buffer[:size] = self._open[:size]
        self._open = self._open[size:]
        return size

    def drain(self) -> None:
        """Read to the end, so that it is known to be whole."""
        self._open = b""
        while not self._is_over:
            self._next()

    def _next(self) -> None:
        sealed = self._source.read(PIECE + _TAG)
        is_last = len(sealed) < PIECE + _TAG or not self._more()
        try:
            self._open = self._cipher.decrypt(_nonce(self._number, is_last=is_last), sealed, None)
        except (InvalidTag, ValueError):
            where = f"piece {self._number + 1}"
            raise BrokenBackupError(f"the backup is broken: {where} was cut off, changed or put elsewhere") from None
        self._number, self._is_over = self._number + 1, is_last

    def _more(self) -> bool:
        at = self._source.tell()
        found = bool(self._source.read(1))
        self._source.seek(at)
        return found
