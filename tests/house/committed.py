"""The files of the project as they are handed on: what is committed, and what would be at the next commit."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BUILT = {".git", ".venv", "var", "node_modules", "__pycache__", "dist", ".mypy_cache", ".ruff_cache",
          ".import_linter_cache", ".hypothesis", ".pytest_cache"}  # fmt: skip


@cache
def files() -> tuple[Path, ...]:
    """Answer every file that git keeps or would keep; without git, every file that is not built."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        found = [ROOT / name for name in done.stdout.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not _BUILT & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in found if path.is_file() and not path.is_symlink()))


def text_of(path: Path) -> str:
    """Answer the text of a file; empty for one that is no text."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""
