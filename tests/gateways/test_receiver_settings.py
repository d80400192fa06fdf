"""The file of receivers: what is read, and every fault of it told at once, with its place and never with a secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.gateways.receiver_file import NEW, OLD, TOKEN, fhir_at, webhook_at, write_file
from webapp.gateways.archive import FolderArchive
from webapp.gateways.fhir_endpoint import HttpFhirEndpoint
from webapp.gateways.receiver_settings import load_ways
from webapp.gateways.receivers import Receivers, Ways, receivers
from webapp.gateways.webhook import HttpWebhook
from webapp.kernel.errors import StartError
from webapp.settings import Settings

RIGHT: dict[str, Any] = {
    "fjordvik": {
        "webhook": {"url": "https://case.example/in?room=1", "secrets": ["new.secret", "old.secret"]},
        "fhir": {"url": "https://fhir.example/r4", "token_file": "fhir.token", "allow_private": True,
                 "ca_file": "old.secret"},
        "archive": {"folder": "/srv/archive/fjordvik"},
    },
    "0301": {"fhir": {"url": "https://fhir.example/r4"}},
}  # fmt: skip


def faults(folder: Path, content: object) -> list[str]:
    """Answer what is wrong in a file, a line each."""
    path = write_file(folder, content)
    with pytest.raises(StartError) as caught:
        load_ways(path)
    first, *found = str(caught.value).splitlines()
    assert first == "Avklart cannot start with these receivers:"
    assert all(one.startswith(f"- {path}: ") for one in found)
    return [one.removeprefix(f"- {path}: ") for one in found]


def test_a_right_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    assert load_ways(write_file(tmp_path, RIGHT)) == {
        "fjordvik": Ways(
            HttpWebhook("https://case.example/in?room=1", (NEW, OLD)),
            HttpFhirEndpoint("https://fhir.example/r4", tmp_path / "fhir.token", True, tmp_path / "old.secret"),
            FolderArchive(Path("/srv/archive/fjordvik")),
        ),
        "0301": Ways(fhir=HttpFhirEndpoint("https://fhir.example/r4")),
    }


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    content = {
        "fjordvik": {
            "webhook": {"url": "http://case.example", "secret": "kanari", "colour": "red", "allow_private": "yes"},
            "fhir": {"token": "kanari", "token_file": "nowhere", "ca_file": ""},
            "archive": {"folder": "archive"},
            "svarut": {},
        },
        "dalsbygd": [],
        "0301": {"webhook": "https://case.example", "archive": {}},
    }
    fields = "url, secrets, allow_private, ca_file"
    assert faults(tmp_path, content) == [
        "fjordvik.svarut: is no kind of receiver; allowed: webhook, fhir, archive, own",
        "fjordvik.webhook.secret: secrets are not written here; allowed: secrets, a list of files",
        f"fjordvik.webhook.colour: is no field; allowed: {fields}",
        "fjordvik.webhook.url: cannot be used; allowed: an address that begins with https://",
        "fjordvik.webhook.secrets: allowed: a list of one file or two",
        "fjordvik.webhook.allow_private: allowed: true, false",
        "fjordvik.fhir.token: secrets are not written here; allowed: token_file",
        "fjordvik.fhir.url: cannot be used; allowed: an address that begins with https://",
        "fjordvik.fhir.token_file: names a file that cannot be read: No such file or directory",
        "fjordvik.fhir.ca_file: allowed: the path of a file",
        "fjordvik.archive.folder: is no whole path; allowed: a path from the root",
        "dalsbygd: holds no names; allowed: an object",
        "0301.webhook: holds no names; allowed: an object",
        "0301.webhook.url: cannot be used; allowed: an address that begins with https://",
        "0301.webhook.secrets: allowed: a list of one file or two",
        "0301.archive.folder: is no whole path; allowed: a path from the root",
    ]


SECRET = "holds no secret that can be used; allowed: whsec_ and 24 to 64 random bytes in base64"


@pytest.mark.parametrize(("secrets", "fault"), [
    ([], ": allowed: a list of one file or two"), ("new.secret", ": allowed: a list of one file or two"),
    (["new.secret"] * 3, ": allowed: a list of one file or two"), ([7], "[0]: allowed: the path of a file"),
    (["new.secret", "whsec_kanari"], "[1]: allowed: the path of a file"), (["weak"], f"[0]: {SECRET}"),
    (["no base64"], f"[0]: {SECRET}"), (["empty"], "[0]: names a file that holds no text"),
    (["raw"], "[0]: names a file that holds no text"), (["."], "[0]: names a file that cannot be read: Is a directory"),
    (["kanari"], "[0]: names a file that cannot be read: No such file or directory"),
    (["a\x00b"], "[0]: names a file that holds no text"),
])  # fmt: skip
def test_a_secret_is_one_that_receivers_understand_and_is_never_told(
    tmp_path: Path, secrets: object, fault: str
) -> None:
    for name, content in {"weak": b"a2FuYXJp", "no base64": b"kanari+++" * 9, "empty": b" \n", "raw": b"\xff"}.items():
        (tmp_path / name).write_bytes(content)
    found = faults(tmp_path, {"a": {"webhook": {"url": "https://case.example", "secrets": secrets}}})
    assert found == [f"a.webhook.secrets{fault}"]
    assert "kanari" not in str(found)


@pytest.mark.parametrize("url", [
    "http://kanari.example", "ftp://kanari.example", "https://name:kanari@case.example", "kanari.example", "", None, 7,
    "https://kanari.example:0", "https://kanari.example#x", "http://127.0.0.1:8080",
])  # fmt: skip
def test_an_address_that_is_none_or_not_safe_is_refused_and_never_told(tmp_path: Path, url: object) -> None:
    found = faults(tmp_path, {"a": {"fhir": {"url": url}}})
    assert found == ["a.fhir.url: cannot be used; allowed: an address that begins with https://"]


def test_plain_http_on_this_machine_is_for_the_demonstration(tmp_path: Path) -> None:
    path = write_file(tmp_path, {"a": {"fhir": fhir_at("http://127.0.0.1:8080/fhir")}})
    assert load_ways(path, allow_loopback=True)
    with pytest.raises(StartError):
        load_ways(path)


@pytest.mark.parametrize("written", ["[]", "null", '"text"', "7"])
def test_a_file_of_another_shape_is_told(tmp_path: Path, written: str) -> None:
    path = tmp_path / "receivers.json"
    path.write_text(written, "utf-8")
    with pytest.raises(StartError, match="holds no names; allowed: municipality codes, each an object"):
        load_ways(path)


def test_a_name_that_stands_twice_is_told(tmp_path: Path) -> None:
    path = tmp_path / "receivers.json"
    path.write_text('{"a": {"archive": {"folder": "/a", "folder": "/b"}}, "a": {}}', "utf-8")
    with pytest.raises(StartError) as caught:
        load_ways(path)
    assert [line.rsplit(": ", 2)[0].rsplit(": ", 1)[1] for line in str(caught.value).splitlines()[1:]] == [
        "folder", "a",
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be read: No such file"):
        load_ways(tmp_path / "nowhere.json")
    for raw in (b"{", b"\xff\xfe\xfd", b"", b"[" * 100_000):
        (tmp_path / "broken.json").write_bytes(raw)
        with pytest.raises(StartError, match="it is not JSON in UTF-8"):
            load_ways(tmp_path / "broken.json")


def test_the_settings_choose_the_receivers(
    settings: Settings, production: Callable[..., Settings], tmp_path: Path
) -> None:
    assert receivers(settings) == Receivers(folder=settings.data / "out")
    assert receivers(production()).of("fjordvik") == Ways()
    path = write_file(tmp_path, {"fjordvik": {"webhook": webhook_at("https://case.example")}})
    for found in (receivers(replace(settings, receivers_file=path)), receivers(production(receivers_file=path))):
        assert found.of("fjordvik").webhook == HttpWebhook("https://case.example", (NEW, OLD), allow_private=True)
        assert found.of("fjordvik").fhir is None
        assert found.of("dalsbygd") == Ways()


def test_a_secret_and_an_address_are_never_shown(tmp_path: Path) -> None:
    shown = repr(load_ways(write_file(tmp_path, RIGHT)))
    assert not any(word in shown for word in (str(NEW), str(OLD), TOKEN, "case.example"))
