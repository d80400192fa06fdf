"""The file of master keys: made for a demonstration, demanded in production, and never shown."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from webapp.kernel.errors import StartError
from webapp.settings import Settings
from webapp.storage.ciphers import encode, new_secret_bytes
from webapp.storage.masters import add_key, make_file, read_masters

KEY = encode(bytes(range(32)))


def test_a_demonstration_makes_a_missing_file_for_its_owner_only_and_keeps_it(settings: Settings) -> None:
    first = read_masters(settings)
    path = settings.master_key_file
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert list(path.parent.iterdir()) == [path]
    assert read_masters(settings) == first
    assert len(first) == 1


@pytest.mark.parametrize("_round", range(5))
def test_processes_that_start_at_once_agree_on_one_key(settings: Settings, _round: int) -> None:
    together = Barrier(4)

    def start() -> str:
        together.wait(10)
        return read_masters(settings)[0].id

    with ThreadPoolExecutor(4) as pool:
        assert len({done.result(10) for done in [pool.submit(start) for _ in range(4)]}) == 1
    assert len(list(settings.master_key_file.parent.iterdir())) == 1


def test_production_refuses_a_missing_file_and_makes_none(production: Callable[..., Settings], tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master"
    with pytest.raises(
        StartError, match=f"AVKLART_MASTER_KEY_FILE names {path}, which is not there.*`?avklart keys new {path}"
    ):
        read_masters(production(master_key_file=path))
    assert not path.parent.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_production_refuses_a_file_that_others_may_open(
    production: Callable[..., Settings], settings: Settings, tmp_path: Path, mode: int
) -> None:
    path = tmp_path / "master"
    make_file(path)
    path.chmod(mode)
    with pytest.raises(StartError, match=f"others than its owner may open.*chmod 600 {path}") as refusal:
        read_masters(production(master_key_file=path))
    assert path.read_text().split()[-1] not in str(refusal.value)
    assert read_masters(replace(settings, master_key_file=path))
    path.chmod(0o400)
    assert read_masters(production(master_key_file=path))


@pytest.mark.parametrize("env", ["demo", "production"])
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "has no key in it"), ("# nothing\n\n", "has no key in it"),
        (KEY[:-1], "has no master key in line 1"), (f"# one\n{KEY}\n{KEY}A\n", "has no master key in line 3"),
        (f"{KEY}=\n", "has no master key in line 1"), (encode(bytes(32)), "has no master key in line 1"),
        (encode(b"ab" * 16), "has no master key in line 1"), ("kløver" * 8, "is not a file of keys"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_without_showing_what_is_in_it(
    settings: Settings, tmp_path: Path, env: str, text: str, fault: str
) -> None:
    path = tmp_path / "master"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    with pytest.raises(StartError, match=f"AVKLART_MASTER_KEY_FILE names .*{fault}") as refusal:
        read_masters(replace(settings, env=env, master_key_file=path))
    assert not text or text[:12] not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_file_that_cannot_be_read_or_made_is_said_to_be_so(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be read or made: Is a directory"):
        read_masters(replace(settings, master_key_file=tmp_path))
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match="cannot be read or made"):
        read_masters(replace(settings, master_key_file=tmp_path / "file" / "master"))


def test_keys_stand_newest_first_and_comments_are_left_out(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "master"
    other = encode(new_secret_bytes())
    path.write_text(f"# newest\n  {KEY}  \n\n# older\n{other}\n")
    found = read_masters(replace(settings, master_key_file=path))
    assert [encode(master.secret) for master in found] == [KEY, other]
    assert found[0].id == "630dcd29"
    assert repr(found[0]) == "Master()"


def test_a_new_key_comes_first_and_leaves_the_others_and_the_owner_as_they_were(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "master"
    make_file(path)
    before, owner = path.read_text(), path.stat()
    add_key(path)
    assert path.read_text().endswith(f"\n{before}")
    assert len(read_masters(replace(settings, master_key_file=path))) == 2
    assert (path.stat().st_mode & 0o777, path.stat().st_uid) == (0o600, owner.st_uid)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_there_is_never_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "master"
    path.write_text("something")
    with pytest.raises(FileExistsError):
        make_file(path)
    with pytest.raises(StartError, match="has no master key in line 1"):
        add_key(path)
    assert (path.read_text(), list(tmp_path.iterdir())) == ("something", [path])
