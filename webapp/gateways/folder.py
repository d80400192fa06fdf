"""What stands for the world outside in the demonstration: a folder, in which a message is a file."""

from __future__ import annotations

from pathlib import Path


def put(folder: Path, name: str, content: bytes) -> None:
    """Write a file whole or not at all; the same name again is the same file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ready = folder / f".{name}.part"
    ready.write_bytes(content)
    ready.replace(folder / name)
