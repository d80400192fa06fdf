"""What is committed belongs to no machine, and what a reader needs of it is there."""

from __future__ import annotations

import re

from tests.house.committed import ROOT, files, text_of

# The words are put together here, so that this file does not name what it looks for.
HOSTS = ("py" + "pi", "python" + "hosted", "npm" + "js", "yarn" + "pkg", "docker", "ghcr", "quay", "jfrog", "nexus")
REGISTRY = re.compile(
    r"\b(?:"
    + "|".join(HOSTS)
    + r")\.(?:org|com|io|net)\b|https?://[^\s\"']*/(?:simple|npm|"
    + HOSTS[0]
    + r")/|registry\s*=\s*http",
    re.IGNORECASE,
)
MACHINE = re.compile(r"(?<![\w.:/])/(?:" + "work|root|home|Users|mnt" + r")/[\w.]|[A-Z]:\\\\?Users", re.ASCII)
MOST_LINES = {".py": 300, ".html": 120}
MOST_BYTES = 600_000


def test_no_file_names_a_package_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}" for path in files()
        for match in REGISTRY.finditer(text_of(path))
    ]  # fmt: skip
    assert found == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}" for path in files() for match in MACHINE.finditer(text_of(path))
    ]
    assert found == []


def test_the_patterns_find_what_they_are_for() -> None:
    for address in (
        f"https://{HOSTS[0]}.org/simple",
        f"//registry.{HOSTS[2]}.org/htmx",
        f"files.{HOSTS[1]}.org",
        "http://10.0.0.1:3141/" + "simple/flask",
        "registry" + "=http://10.0.0.1/",
    ):
        assert REGISTRY.search(address), address
    for place in ("/" + "work/main/webapp", "'/" + "root/.cache'", "= /" + "home/somebody/x"):
        assert MACHINE.search(place), place
    for innocent in ("https://lovdata.no/work/x", "webapp/data/x", "../home/x", "/nb/abc/"):
        assert not MACHINE.search(innocent)


def test_nothing_that_is_built_and_nothing_huge_is_committed() -> None:
    for path in files():
        parts = set(path.relative_to(ROOT).parts)
        assert not parts & {"node_modules", "__pycache__", ".venv", "var"}, path
        assert "dist" not in parts, path
        assert path.suffix not in {".mo", ".pyc", ".db", ".sqlite", ".log"}, path
        assert path.stat().st_size < MOST_BYTES, path


def test_no_file_holds_a_secret() -> None:
    secret = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\bghp_\w{20}|\bAKIA[0-9A-Z]{16}|\bxox[bp]-\d", re.ASCII)
    assert [path for path in files() if secret.search(text_of(path))] == []


def test_no_file_is_left_in_the_middle_of_a_merge() -> None:
    mark = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
    assert [path for path in files() if mark.search(text_of(path))] == []


def test_sizes_are_told_and_nothing_more() -> None:
    """A file that grows past what one reads at a sitting is worth a look; it is no fault."""
    long = [
        f"{path.relative_to(ROOT)} {lines}" for path in files()
        if (lines := text_of(path).count("\n")) > MOST_LINES.get(path.suffix, 10**9)
    ]  # fmt: skip
    print("\n".join(["long files:", *long]))  # noqa: T201 -- a report for whoever runs with -s
    assert len(files()) > 100


def test_the_readme_has_a_table_row_for_every_setting() -> None:
    names = set(re.findall(r"\bAVKLART_[A-Z_]+", (ROOT / "webapp" / "settings.py").read_text("utf-8")))
    rows = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("|")]
    table = {name for row in rows for name in re.findall(r"\bAVKLART_[A-Z_]+", row.split("|")[1])}
    assert names
    assert names - table == set(), "settings without a row in the README's table"
    assert table - names == set(), "rows for settings that are not there"


def test_only_one_module_reads_the_environment() -> None:
    reads = re.compile(r"\bos\.(?:environ|getenv)|from os import [^\n]*\b(?:environ|getenv)\b")
    names = [path.relative_to(ROOT).as_posix() for path in files() if path.suffix == ".py"]
    found = {name for name in names if name.startswith("webapp/") and reads.search(text_of(ROOT / name))}
    assert found == {"webapp/settings.py"}
