"""The settings: what they are without being told, and that what cannot be used is refused, all at once."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from webapp.kernel.errors import StartError
from webapp.settings import Settings, environ_for_child, load

NO_FILE = "No such file or directory"


def good(folder: Path) -> dict[str, str]:
    """Answer an environment with which production starts."""
    (folder / "secret").write_bytes(secrets.token_hex(32).encode())
    return {
        "AVKLART_ENV": "production",
        "AVKLART_BASE_URL": "https://avklart.example",
        "AVKLART_DATA": str(folder),
        "AVKLART_SECRET_KEY_FILE": str(folder / "secret"),
        "AVKLART_MASTER_KEY_FILE": str(folder / "master"),
        "AVKLART_SMTP_URL": "smtps://name:word@mail.example:465",
        "AVKLART_MAIL_FROM": "avklart@fjordvik.example",
    }


def faults(environ: dict[str, str]) -> list[str]:
    """Answer what is wrong with an environment."""
    with pytest.raises(StartError) as refused:
        load(environ)
    first, *lines = str(refused.value).splitlines()
    assert first == "Avklart cannot start with these settings:"
    assert all(line.startswith("- ") for line in lines)
    return [line.removeprefix("- ") for line in lines]


def test_without_being_told_anything_it_is_the_demonstration_on_this_machine(tmp_path: Path) -> None:
    found = load({"AVKLART_DATA": str(tmp_path)})
    assert (found.env, found.is_demo, found.is_https) == ("demo", True, False)
    assert (found.host, found.port, found.workers, found.trusted_hops) == ("127.0.0.1", 8000, 2, 0)
    assert (found.base_url, found.base_host) == ("http://127.0.0.1:8000", "127.0.0.1")
    assert found.database_url == f"sqlite:///{tmp_path / 'avklart.db'}"
    assert found.is_sqlite
    assert found.data == tmp_path
    assert (found.content / "shared").is_dir()
    assert found.master_key_file == tmp_path / "keys" / "master"
    assert found.audit_heads == tmp_path / "audit-heads.jsonl"
    assert (found.smtp_url, found.mail_from, found.sms_url, found.redis_url) == ("", "", "", "")
    assert (found.sms_secret, found.oidc_file, found.receivers_file) == (b"", None, None)
    assert (found.seal_file, found.seal_password) == ("", None)
    assert (found.backup_key_file, found.backups) == (tmp_path / "keys" / "backup", None)
    assert (found.erasures, found.metrics_token) == (tmp_path / "erasures.jsonl", b"")
    assert Path("var").resolve() == load({}).data


def test_everything_can_be_told(tmp_path: Path) -> None:
    (tmp_path / "sms").write_bytes(secrets.token_hex(32).encode())
    (tmp_path / "password").write_bytes(b"hemmelig\n")
    (tmp_path / "token").write_bytes(b"0123456789abcdef0123456789abcdef\n")
    found = load(
        good(tmp_path)
        | {
            "AVKLART_HOST": "0.0.0.0",
            "AVKLART_PORT": "9000",
            "AVKLART_DATABASE_URL": "postgresql+psycopg://avklart@db/avklart",
            "AVKLART_WORKERS": "4",
            "AVKLART_CONTENT": str(tmp_path / "content"),
            "AVKLART_TRUSTED_HOPS": "2",
            "AVKLART_BASE_URL": "https://Avklart.example:8443/",
            "AVKLART_AUDIT_HEADS": str(tmp_path / "elsewhere" / "heads"),
            "AVKLART_SMS_URL": "https://sms.example/send",
            "AVKLART_SMS_SECRET_FILE": str(tmp_path / "sms"),
            "AVKLART_REDIS_URL": "rediss://:word@counts.example:6380/1",
            "AVKLART_BACKUP_KEY_FILE": str(tmp_path / "backup-key"),
            "AVKLART_BACKUPS": str(tmp_path / "backups"),
            "AVKLART_ERASURES": str(tmp_path / "elsewhere" / "erasures.jsonl"),
            "AVKLART_METRICS_TOKEN_FILE": str(tmp_path / "token"),
            "AVKLART_OIDC_FILE": str(tmp_path / "providers.toml"),
            "AVKLART_RECEIVERS_FILE": str(tmp_path / "receivers.json"),
            "AVKLART_SEAL_FILE": str(tmp_path / "{municipality}.p12"),
            "AVKLART_SEAL_PASSWORD_FILE": str(tmp_path / "password"),
        }
    )
    assert found == Settings(
        env="production",
        host="0.0.0.0",
        port=9000,
        data=tmp_path,
        database_url="postgresql+psycopg://avklart@db/avklart",
        base_url="https://Avklart.example:8443",
        workers=4,
        content=tmp_path / "content",
        secret_key=(tmp_path / "secret").read_bytes(),
        trusted_hops=2,
        master_key_file=tmp_path / "master",
        audit_heads=tmp_path / "elsewhere" / "heads",
        smtp_url="smtps://name:word@mail.example:465",
        mail_from="avklart@fjordvik.example",
        sms_url="https://sms.example/send",
        sms_secret=(tmp_path / "sms").read_bytes(),
        redis_url="rediss://:word@counts.example:6380/1",
        oidc_file=tmp_path / "providers.toml",
        receivers_file=tmp_path / "receivers.json",
        seal_file=str(tmp_path / "{municipality}.p12"),
        seal_password=b"hemmelig",
        backup_key_file=tmp_path / "backup-key",
        old_secret_key=None,
        backups=tmp_path / "backups",
        erasures=tmp_path / "elsewhere" / "erasures.jsonl",
        metrics_token=b"0123456789abcdef0123456789abcdef",
    )
    assert (found.is_demo, found.is_https, found.is_sqlite, found.base_host) == (False, True, False, "avklart.example")


def test_the_port_of_the_demonstration_stands_in_its_address() -> None:
    assert load({"AVKLART_PORT": "8123"}).base_url == "http://127.0.0.1:8123"


def test_an_empty_database_address_is_the_file_in_the_data_folder(tmp_path: Path) -> None:
    found = load({"AVKLART_DATA": str(tmp_path), "AVKLART_DATABASE_URL": ""})
    assert found.database_url == f"sqlite:///{tmp_path / 'avklart.db'}"


def test_production_starts_with_what_it_needs(tmp_path: Path) -> None:
    found = load(good(tmp_path))
    assert found.secret_key == (tmp_path / "secret").read_bytes()
    assert found.is_https


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("AVKLART_SECRET_KEY_FILE", "AVKLART_SECRET_KEY_FILE is missing; production needs a file with at least 32"),
        ("AVKLART_BASE_URL", "AVKLART_BASE_URL is missing; production needs the address that residents use"),
        ("AVKLART_DATA", "AVKLART_DATA is missing; production needs a folder of its own for data"),
        ("AVKLART_MASTER_KEY_FILE", "AVKLART_MASTER_KEY_FILE is missing; production needs a file with the master key"),
        ("AVKLART_SMTP_URL", "AVKLART_SMTP_URL is missing; production sends mail by a server"),
        ("AVKLART_MAIL_FROM", "AVKLART_MAIL_FROM is missing; production needs the address that mail comes from"),
    ],
)
def test_production_refuses_to_start_without_what_it_needs_and_names_it(
    tmp_path: Path, missing: str, message: str
) -> None:
    environ = good(tmp_path)
    del environ[missing]
    (fault,) = faults(environ)
    assert fault.startswith(message)


@pytest.mark.parametrize(
    "name",
    ["AVKLART_SECRET_KEY_FILE", "AVKLART_MASTER_KEY_FILE", "AVKLART_SMTP_URL", "AVKLART_MAIL_FROM", "AVKLART_DATA",
     "AVKLART_BASE_URL"],
)  # fmt: skip
def test_an_empty_setting_is_a_missing_one_in_production(tmp_path: Path, name: str) -> None:
    (fault,) = faults(good(tmp_path) | {name: ""})
    assert fault.startswith(f"{name} is missing; production")


@pytest.mark.parametrize(
    "name",
    ["AVKLART_MASTER_KEY_FILE", "AVKLART_AUDIT_HEADS", "AVKLART_SMTP_URL", "AVKLART_SMS_URL", "AVKLART_SMS_SECRET_FILE",
     "AVKLART_REDIS_URL", "AVKLART_OIDC_FILE", "AVKLART_RECEIVERS_FILE", "AVKLART_MAIL_FROM", "AVKLART_CONTENT",
     "AVKLART_BASE_URL", "AVKLART_HOST"],
)  # fmt: skip
def test_an_empty_setting_is_a_missing_one_in_the_demonstration(tmp_path: Path, name: str) -> None:
    assert load({"AVKLART_DATA": str(tmp_path), name: ""}) == load({"AVKLART_DATA": str(tmp_path)})


def test_no_folder_but_the_usual_one_is_taken_where_none_is_named() -> None:
    assert load({"AVKLART_DATA": ""}).data == load({}).data == Path("var").resolve()


@pytest.mark.parametrize(
    "address",
    ["http://x y", "http://a\tb", "https://x?", "https://x#", "http://x:", "HTTPS://x", "https://fjørdvik.example",
     "http://[::1", "https://x;y"],
)  # fmt: skip
def test_a_base_address_that_no_link_can_begin_with_is_refused(tmp_path: Path, address: str) -> None:
    (fault,) = faults({"AVKLART_DATA": str(tmp_path), "AVKLART_BASE_URL": address})
    assert fault.endswith("allowed: scheme, host and port, like https://avklart.example")


@pytest.mark.parametrize(
    "address",
    ["kanarifugl", "mysql://kanarifugl", "postgres://kanarifugl", "postgresql://", "sqlite://", "sqlite:///",
     "sqlite:///?kanarifugl", " "],
)  # fmt: skip
def test_a_database_that_is_none_of_ours_is_refused_and_never_shown(tmp_path: Path, address: str) -> None:
    (fault,) = faults({"AVKLART_DATA": str(tmp_path), "AVKLART_DATABASE_URL": address})
    assert fault == (
        "AVKLART_DATABASE_URL cannot be used; allowed: postgresql://name:word@host/database or sqlite:///path"
    )


@pytest.mark.parametrize("address", ["@", "a@", "@b", "a@b\tBcc: c@d", "a@b, c@d", "A <a@b>", "a"])
def test_a_sender_that_is_no_address_is_refused(tmp_path: Path, address: str) -> None:
    (fault,) = faults(good(tmp_path) | {"AVKLART_MAIL_FROM": address})
    assert fault == f"AVKLART_MAIL_FROM is '{address}'; allowed: an address, like post@avklart.example"


def test_a_server_listens_on_this_machine_by_its_name_too(tmp_path: Path) -> None:
    assert load({"AVKLART_DATA": str(tmp_path), "AVKLART_HOST": "localhost"}).host == "127.0.0.1"


@pytest.mark.parametrize("written", ["avklart.example", "not a host", "127.0.0.1:80", "127.1"])
def test_what_the_server_cannot_listen_on_is_refused(tmp_path: Path, written: str) -> None:
    (fault,) = faults({"AVKLART_DATA": str(tmp_path), "AVKLART_HOST": written})
    assert fault.startswith(f"AVKLART_HOST is '{written}'; allowed: an address of this machine, like 127.0.0.1")
    assert load({"AVKLART_DATA": str(tmp_path), "AVKLART_HOST": "::1"}).host == "::1"


@pytest.mark.parametrize("written", ["８０", "²", "8" * 5000, "8000 ", "-1"])
def test_a_number_that_is_none_is_refused(tmp_path: Path, written: str) -> None:
    (fault,) = faults({"AVKLART_DATA": str(tmp_path), "AVKLART_PORT": written})
    assert fault.startswith("AVKLART_PORT is '")


def test_a_path_that_is_told_is_made_absolute(tmp_path: Path) -> None:
    names = ("AVKLART_MASTER_KEY_FILE", "AVKLART_AUDIT_HEADS", "AVKLART_OIDC_FILE", "AVKLART_RECEIVERS_FILE")
    found = load({"AVKLART_DATA": str(tmp_path), **dict.fromkeys(names, "there")})
    paths = {found.master_key_file, found.audit_heads, found.oidc_file, found.receivers_file}
    assert paths == {Path("there").resolve()}


def test_sms_in_production_needs_a_secret_and_only_then(tmp_path: Path) -> None:
    assert load(good(tmp_path)).sms_secret == b""
    (fault,) = faults(good(tmp_path) | {"AVKLART_SMS_URL": "https://sms.example/"})
    assert fault.startswith("AVKLART_SMS_SECRET_FILE is missing; production needs a file with at least 32 random bytes")
    (tmp_path / "sms").write_bytes(b"short")
    weak = {"AVKLART_SMS_URL": "https://sms.example/", "AVKLART_SMS_SECRET_FILE": str(tmp_path / "sms")}
    expected = ["AVKLART_SMS_SECRET_FILE names a weak secret; allowed: at least 32 random bytes"]
    assert faults(good(tmp_path) | weak) == expected
    assert faults(weak) == expected


SERVICES = {
    "AVKLART_SMTP_URL": "smtp:// or smtps://",
    "AVKLART_SMS_URL": "https://",
    "AVKLART_REDIS_URL": "redis:// or rediss:// or valkey:// or valkeys://",
}


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize(
    "address",
    ["kanarifugl", "kanarifugl.example:25", "//kanarifugl.example", "ftp://kanarifugl.example", "{0}", "{0}/kanarifugl",
     "{0}[kanarifugl", "{0}kanarifugl:port", "{0}kanarifugl:99999", "{0}kanarifugl:0", " {0}kanarifugl ]",
     "{0}name:kanari/fugl@mail.example"],
)  # fmt: skip
def test_an_address_of_a_service_that_is_none_is_refused_and_never_shown(
    tmp_path: Path, name: str, address: str
) -> None:
    written = address.format(SERVICES[name].split(" ", maxsplit=1)[0])
    (fault,) = faults({"AVKLART_DATA": str(tmp_path), name: written})
    assert fault == f"{name} cannot be used; allowed: an address that begins with {SERVICES[name]}"
    assert "kanari" not in fault


def test_sms_is_never_sent_in_clear(tmp_path: Path) -> None:
    (fault,) = faults({"AVKLART_DATA": str(tmp_path), "AVKLART_SMS_URL": "http://sms.example"})
    assert fault == "AVKLART_SMS_URL cannot be used; allowed: an address that begins with https://"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("AVKLART_SMTP_URL", "smtp://localhost"), ("AVKLART_SMTP_URL", "smtps://navn:p%C3%A5ss@mail.example"),
        ("AVKLART_SMTP_URL", "smtp://[::1]:1025"), ("AVKLART_SMS_URL", "https://sms.example:8443/a?b=c"),
        ("AVKLART_REDIS_URL", "redis://valkey:6379/0"), ("AVKLART_REDIS_URL", "valkey://10.0.0.3"),
        ("AVKLART_REDIS_URL", "valkeys://:word@counts.example:6380/2"),
    ],
)  # fmt: skip
def test_an_address_of_a_service_is_taken_as_it_is_written(tmp_path: Path, name: str, address: str) -> None:
    found = load({"AVKLART_DATA": str(tmp_path), name: address})
    assert address in {found.smtp_url, found.sms_url, found.redis_url}


@pytest.mark.parametrize(
    "secret",
    [b"", b"short", b"x" * 31, b"a" * 64, b"abcabc" * 10, b"   " + b"y1z2x3w4" * 3 + b"\n" * 20, b"1234567" * 9],
)
@pytest.mark.parametrize("env", ["production", "demo"])
def test_a_weak_secret_is_refused_and_never_shown(tmp_path: Path, secret: bytes, env: str) -> None:
    environ = good(tmp_path) | {"AVKLART_ENV": env}
    (tmp_path / "secret").write_bytes(secret)
    assert faults(environ) == ["AVKLART_SECRET_KEY_FILE names a weak secret; allowed: at least 32 random bytes"]


def test_a_secret_that_cannot_be_read_is_refused_by_its_path(tmp_path: Path) -> None:
    environ = good(tmp_path) | {"AVKLART_SECRET_KEY_FILE": str(tmp_path / "gone")}
    (fault,) = faults(environ)
    path = tmp_path / "gone"
    assert fault == f"AVKLART_SECRET_KEY_FILE names {path}, which cannot be read: No such file or directory"


def test_a_line_break_after_a_secret_is_no_part_of_it(tmp_path: Path) -> None:
    environ = good(tmp_path)
    bare = load(environ).secret_key
    (tmp_path / "secret").write_bytes(bare + b"\n")
    assert load(environ).secret_key == bare


def test_the_demonstration_has_a_secret_that_production_never_gets(tmp_path: Path) -> None:
    demo = load({}).secret_key
    assert b"not a secret" in demo
    assert load(good(tmp_path)).secret_key != demo


def test_production_demands_https(tmp_path: Path) -> None:
    (fault,) = faults(good(tmp_path) | {"AVKLART_BASE_URL": "http://avklart.example"})
    assert fault == "AVKLART_BASE_URL is 'http://avklart.example'; production demands https"


@pytest.mark.parametrize(
    "address",
    [
        "avklart.example", "ftp://avklart.example", "https:", "https:///sti", "https://avklart.example/sti",
        "https://avklart.example?x=1", "https://avklart.example#x", "https://nav@avklart.example", "https://[avklart",
        "https://avklart.example:port", "https://avklart.example:99999", "//avklart.example", "https://avklart.example:0",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(address: str) -> None:
    (fault,) = faults({"AVKLART_BASE_URL": address})
    assert fault == f"AVKLART_BASE_URL is '{address}'; allowed: scheme, host and port, like https://avklart.example"


@pytest.mark.parametrize("address", ["http://localhost:8000", "https://avklart.example/", "http://[::1]:8000"])
def test_an_address_with_scheme_host_and_port_is_allowed(address: str) -> None:
    assert load({"AVKLART_BASE_URL": address}).base_url == address.rstrip("/")


@pytest.mark.parametrize(
    ("name", "limits"),
    [("AVKLART_PORT", "1 to 65535"), ("AVKLART_WORKERS", "1 to 64"), ("AVKLART_TRUSTED_HOPS", "0 to 8")],
)
@pytest.mark.parametrize("written", ["", "x", "-1", "1.5", "70000", " 1", "0x10", "²"])
def test_a_number_outside_its_limits_is_refused(name: str, limits: str, written: str) -> None:
    assert faults({name: written}) == [f"{name} is '{written}'; allowed: a whole number from {limits}"]


def test_an_unknown_environment_is_refused() -> None:
    assert faults({"AVKLART_ENV": "prod"}) == ["AVKLART_ENV is 'prod'; allowed: demo, production"]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = faults(
        {"AVKLART_ENV": "production", "AVKLART_PORT": "x", "AVKLART_WORKERS": "0", "AVKLART_TRUSTED_HOPS": "9"}
    )
    assert [fault.split()[0] for fault in found] == [
        "AVKLART_PORT", "AVKLART_WORKERS", "AVKLART_SECRET_KEY_FILE", "AVKLART_TRUSTED_HOPS", "AVKLART_BASE_URL",
        "AVKLART_DATA", "AVKLART_MASTER_KEY_FILE", "AVKLART_SMTP_URL", "AVKLART_MAIL_FROM",
    ]  # fmt: skip


def test_the_environment_of_this_process_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVKLART_DATA", str(tmp_path))
    monkeypatch.setenv("AVKLART_PORT", "8321")
    assert (load().data, load().port) == (tmp_path, 8321)


def test_a_process_of_ours_gets_the_same_data_and_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH_OF_A_TEST", "kept")
    found = environ_for_child(load({"AVKLART_DATA": str(tmp_path), "AVKLART_CONTENT": str(tmp_path / "content")}))
    assert (found["AVKLART_DATA"], found["AVKLART_CONTENT"]) == (str(tmp_path), str(tmp_path / "content"))
    assert found["PATH_OF_A_TEST"] == "kept"


def test_a_password_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    told = faults(good(tmp_path) | {"AVKLART_SEAL_PASSWORD_FILE": str(tmp_path / "none")})
    assert told == [f"AVKLART_SEAL_PASSWORD_FILE names {tmp_path / 'none'}, which cannot be read: {NO_FILE}"]
