"""The tools that watch the code say nothing: lint, format, types, imports, templates."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.committed import ROOT

BIN = Path(sys.executable).parent
COMMANDS = {
    "lint": ["ruff", "check", "--no-cache", "."],
    "format": ["ruff", "format", "--no-cache", "--check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
    "templates": ["djlint", "--lint", "--quiet", "webapp/templates"],
}


@pytest.mark.parametrize("tool", COMMANDS)
def test_a_tool_has_nothing_to_say(tool: str) -> None:
    program, *arguments = COMMANDS[tool]
    done = subprocess.run([BIN / program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
