"""The file of providers: what is read, and every fault of it told at once, with its place and what is allowed."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey, RSAKey

from tests.gateways.oidc_provider import SECRET, new_key, write_settings
from webapp.gateways.oidc import Provider, load_providers
from webapp.gateways.oidc_provider import private_key
from webapp.kernel.errors import StartError

RIGHT = """
    fjordvik:
      staff:
        issuer: https://login.example/fjordvik/v2.0
        client_id: avklart
        client_secret_file: secret
        role_claim: groups
        roles: {HT-saksbehandlere: caseworker, HT-redaksjon: editor}
        two_factor_amr: [mfa]
      idporten:
        issuer: https://test.idporten.no
        client_id: 0d1e2f
        private_key_file: key.pem
        key_id: fjordvik-2026
        allow_synthetic: true
        algorithms: [RS256, ES256]
    "0301":
      idporten: {issuer: https://idporten.no, client_id: no, client_secret_file: secret}
"""
FIELDS = (
    "issuer, client_id, client_secret_file, private_key_file, key_id, "
    "scopes, algorithms, role_claim, roles, two_factor_acr, two_factor_amr"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a secret and a key in it."""
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    (tmp_path / "key.pem").write_bytes(new_key().as_pem(private=True))
    return tmp_path


def read(folder: Path, written: str) -> dict[tuple[str, str], Provider]:
    """Answer the providers of a file."""
    path = folder / "providers.yaml"
    path.write_text(dedent(written), encoding="utf-8")
    return load_providers(path)


def faults(folder: Path, written: str) -> list[str]:
    """Answer what is wrong in a file, a line each."""
    with pytest.raises(StartError) as caught:
        read(folder, written)
    first, *found = str(caught.value).splitlines()
    assert first == "Avklart cannot start with these providers:"
    start = f"- {folder / 'providers.yaml'}: "
    assert all(one.startswith(start) for one in found)
    return [one.removeprefix(start) for one in found]


def test_a_right_file_is_read_as_it_is_written(folder: Path) -> None:
    found = read(folder, RIGHT)
    assert found.keys() == {("fjordvik", "staff"), ("fjordvik", "idporten"), ("0301", "idporten")}
    staff, resident, capital = found.values()
    assert (staff.issuer, staff.client_secret) == ("https://login.example/fjordvik/v2.0", SECRET)
    assert dict(staff.roles) == {"HT-saksbehandlere": "caseworker", "HT-redaksjon": "editor"}
    assert (staff.role_claim, staff.two_factor_amr, staff.two_factor_acr) == ("groups", ("mfa",), ())
    assert (staff.scopes, staff.algorithms) == (("openid", "profile"), ("RS256",))
    assert (resident.client_secret, resident.key_id) == ("", "fjordvik-2026")
    assert resident.private_key.startswith("-----BEGIN ")
    assert (resident.algorithms, resident.allow_synthetic) == (("RS256", "ES256"), True)
    assert (capital.client_id, capital.allow_synthetic) == ("no", False)


def test_without_a_file_there_are_no_providers() -> None:
    assert load_providers(None) == {}


def test_a_file_is_read_back_as_the_tests_write_it(tmp_path: Path) -> None:
    key = new_key()
    roles = {"HT": "caseworker"}
    first = Provider("fjordvik", "staff", "https://a.example", "a", SECRET, role_claim="groups", roles=roles)
    written = json.dumps(key.as_dict(private=True))
    second = Provider("fjordvik", "idporten", "https://b.example", "b", private_key=written, key_id="ours")
    found = load_providers(write_settings(tmp_path, first, second))
    assert found == {("fjordvik", "staff"): first, ("fjordvik", "idporten"): second}


def test_every_fault_is_told_at_once(folder: Path) -> None:
    assert faults(
        folder,
        """
        fjordvik:
          staff:
            issuer: http://login.example
            client_secret: written here
            client_secret_file: nowhere
            role_claim: groups
            roles: {HT: caseworker, Alle: resident}
            two_factor_amr: mfa
            colour: red
          bankid: {}
          idporten:
            issuer: https://idporten.no
            client_id: [a]
            scopes: [profile]
            algorithms: [RS256, none]
            allow_synthetic: "true"
        dalsbygd: yes
        """,
    ) == [
        "fjordvik.staff.client_secret: secrets are not written here; allowed: client_secret_file",
        f"fjordvik.staff.colour: is no field; allowed: {FIELDS}",
        "fjordvik.staff.issuer: is 'http://login.example'; allowed: an address that begins with https://",
        "fjordvik.staff.client_id: is missing; allowed: text",
        "fjordvik.staff.client_secret_file: names nowhere, which cannot be read: No such file or directory",
        "fjordvik.staff.roles.Alle: is 'resident'; allowed: caseworker, editor, reviewer, administrator",
        "fjordvik.staff.two_factor_amr: allowed: a list of words",
        "fjordvik.bankid: is no kind of provider; allowed: staff, idporten",
        "fjordvik.idporten.client_id: is missing; allowed: text",
        "fjordvik.idporten.client_secret_file: allowed: this or private_key_file, one of them",
        "fjordvik.idporten.scopes: openid is missing; allowed: a list with openid in it",
        "fjordvik.idporten.algorithms: allowed: a list of RS256, PS256, ES256",
        "fjordvik.idporten.allow_synthetic: is true for https://idporten.no; allowed: only for a test issuer",
        "dalsbygd: holds no names; allowed: a mapping",
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("issuer: https://login.example?x=1", "issuer: is 'https://login.example?x=1'; allowed: an address that"),
        ("issuer: https://ola:word@login.example", "issuer: is '"),
        ("issuer: https://login.example/#here", "issuer: is '"),
        ("issuer: ''", "issuer: is missing"),
        ("client_secret_file: weak", "client_secret_file: holds a weak secret; allowed: 16 signs or more"),
        ("client_secret_file: empty", "client_secret_file: names empty, which holds no text"),
        ("client_secret_file: raw", "client_secret_file: names raw, which holds no text"),
        ("client_secret_file: .", "client_secret_file: names ., which cannot be read: Is a directory"),
        ("private_key_file: key.pem", "client_secret_file: allowed: this or private_key_file, one of them"),
        ("roles: {}", "roles: nobody gets a role"),
        ("roles: [caseworker]", "roles: holds no names"),
        ("role_claim: {a: b}", "role_claim: is missing"),
        ("two_factor_acr: []", "two_factor_acr: allowed: a list of words"),
        ("two_factor_acr: [[a]]", "two_factor_acr: allowed: a list of words"),
        ("client_id: again", "client_id: stands twice; allowed: once"),
        ("allow_synthetic: true", "allow_synthetic: is no field"),
    ],
)
def test_each_field_is_checked(folder: Path, line: str, fault: str) -> None:
    (folder / "weak").write_text("weak", encoding="utf-8")
    (folder / "empty").write_text("\n", encoding="utf-8")
    (folder / "raw").write_bytes(b"\xff" * 40)
    block = {
        "issuer": "issuer: https://login.example",
        "client_id": "client_id: avklart",
        "client_secret_file": "client_secret_file: secret",
        "role_claim": "role_claim: groups",
        "roles": "roles: {HT: caseworker}",
    }
    name = line.split(":", maxsplit=1)[0]
    lines = [*block.values(), line] if line.endswith("again") else [*{**block, name: line}.values()]
    written = "fjordvik:\n  staff:\n" + "".join(f"    {one}\n" for one in lines)
    found = faults(folder, written)
    assert found[0].startswith(f"fjordvik.staff.{fault}")


@pytest.mark.parametrize("written", ["", "just text", "- a list"])
def test_a_file_of_another_shape_is_told(folder: Path, written: str) -> None:
    assert faults(folder, written) == ["holds no names; allowed: municipality codes, each a mapping"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be read: No such file"):
        load_providers(tmp_path / "nowhere.yaml")
    for raw in (b"a: [", b"\xff\xfe\xfd", b"a: 1\n b: 2"):
        (tmp_path / "broken.yaml").write_bytes(raw)
        with pytest.raises(StartError, match="it is not YAML in UTF-8"):
            load_providers(tmp_path / "broken.yaml")


def test_plain_http_on_this_machine_is_for_the_demonstration(folder: Path) -> None:
    written = RIGHT.replace("https://test.idporten.no", "http://127.0.0.1:9400")
    assert faults(folder, written)[0].startswith("fjordvik.idporten.issuer: is 'http://127.0.0.1:9400'")
    assert load_providers(folder / "providers.yaml", allow_loopback=True)


def pem(raw: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    """Answer a key as its file has it."""
    return raw.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_a_private_key_is_rsa_or_p256_and_tells_its_algorithm() -> None:
    strong, curve = rsa.generate_private_key(65_537, 2048), ec.generate_private_key(ec.SECP256R1())
    assert private_key(pem(strong))[1] == "RS256"
    assert private_key(pem(curve))[1] == "ES256"
    assert private_key(json.dumps(RSAKey.import_key(strong).as_dict(private=True)))[1] == "RS256"
    assert private_key(json.dumps(ECKey.import_key(curve).as_dict(private=True)))[1] == "ES256"


def test_a_key_that_is_weak_or_public_or_of_another_kind_is_refused(folder: Path) -> None:
    strong = new_key()
    wrong = [
        pem(rsa.generate_private_key(65_537, 1024)),
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(ed25519.Ed25519PrivateKey.generate()),
        strong.as_pem(private=False).decode(),
        json.dumps(strong.as_dict(private=False)),
        json.dumps({"kty": "oct", "k": "c2VjcmV0"}),
        "{",
        "no key at all",
    ]
    for written in wrong:
        with pytest.raises(ValueError, match="allowed: a private RSA key of 2048 bits or more"):
            private_key(written)
    (folder / "key.pem").write_text(wrong[0], encoding="utf-8")
    found = faults(folder, RIGHT)
    assert found[0].startswith("fjordvik.idporten.private_key_file: holds no key that can be used; allowed: a private")


def test_a_secret_is_never_told(folder: Path) -> None:
    found = read(folder, RIGHT)
    assert SECRET not in repr(found)
    assert "PRIVATE KEY" not in repr(found)
