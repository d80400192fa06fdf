"""What is deployed: units that systemd takes, an nginx site that nginx takes, a bill of materials from the locks."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.committed import ROOT
from tools import check_nginx, sbom
from webapp.settings import load

UNITS = ROOT / "deploy" / "systemd"
HARDENED = (
    "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "PrivateDevices=yes",
    "CapabilityBoundingSet=", "RestrictSUIDSGID=yes", "SystemCallFilter=@system-service", "UMask=0077", "User=avklart",
)  # fmt: skip


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this system has no systemd")
def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    program = tmp_path / ".venv" / "bin" / "avklart"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    curl = shutil.which("curl") or "/bin/true"
    for path in UNITS.iterdir():
        written = path.read_text().replace("/opt/avklart/current", str(tmp_path)).replace("/usr/bin/curl", curl)
        (tmp_path / path.name).write_text(written.replace("/usr/bin/logger", "/bin/true"))
    units = [str(path) for path in sorted(tmp_path.iterdir()) if path.is_file()]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "avklart" in line]
    assert (done.returncode, said) == (0, [])


def test_every_service_of_ours_is_hardened_and_every_timer_has_its_service() -> None:
    for path in UNITS.glob("*.service"):
        text = path.read_text()
        wanted = HARDENED if "alarm" not in path.name else ("NoNewPrivileges=yes", "ProtectSystem=strict")
        assert [line for line in wanted if f"\n{line}" not in text] == [], path.name
    for path in UNITS.glob("*.timer"):
        service = path.with_suffix(".service").read_text()
        assert "OnFailure=avklart-alarm@%N.service" in service
        assert "Persistent=yes" in path.read_text()


def test_the_example_of_production_names_settings_that_there_are() -> None:
    example = (ROOT / "deploy" / "avklart.env.example").read_text()
    named = set(re.findall(r"^#? ?(AVKLART_\w+)=", example, re.MULTILINE))
    table = set(re.findall(r"^\| `(AVKLART_\w+)`", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert named <= table
    code = (ROOT / "webapp" / "settings.py").read_text()
    assert set(re.findall(r'"(AVKLART_\w+)"', code)) <= table


def test_the_example_of_production_is_one_that_starts(tmp_path: Path) -> None:
    example = (ROOT / "deploy" / "avklart.env.example").read_text()
    given = dict(re.findall(r"^(AVKLART_\w+)=(.*)$", example, re.MULTILINE))
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(range(48)))
    found = load({**given, "AVKLART_SECRET_KEY_FILE": str(secret)})
    assert (found.env, found.trusted_hops, found.is_https) == ("production", 1, True)
    for apart in (found.erasures, found.audit_heads, found.master_key_file, found.backup_key_file):
        assert not apart.is_relative_to(found.data)


@pytest.mark.skipif(not shutil.which("nginx"), reason="tools/prepare_tests installs it")
def test_nginx_takes_the_site(tmp_path: Path) -> None:
    """`tools/check_nginx.py` runs it before real processes; what it said last stands in docs/runs/nginx.txt."""
    stage = check_nginx.Stage(tmp_path)
    check_nginx.write_certificate(tmp_path)
    (tmp_path / "nginx.conf").write_text(check_nginx.configuration(stage))
    done = subprocess.run(
        ["nginx", "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr
    assert (ROOT / "docs" / "runs" / "nginx.txt").read_text().endswith("everything held\n")


def test_the_pages_of_nginx_are_whole_and_load_nothing() -> None:
    for path in (ROOT / "deploy" / "errors").glob("*.html"):
        page = path.read_text()
        assert page.startswith('<!doctype html>\n<html lang="nb">')
        assert not re.search(r"<(?:script|style|link|img)|style=", page), path.name
        assert {'lang="nn"', 'lang="en"'} <= set(re.findall(r'lang="\w\w"', page))


def test_the_bill_of_materials_is_the_same_each_time_and_has_every_locked_package() -> None:
    first, second = (json.dumps(sbom.bill()) for _ in range(2))
    assert first == second
    bill = sbom.bill()
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    purls = [one["purl"] for one in bill["components"]]
    assert len(set(purls)) == len(purls)
    locked = re.findall(
        r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", (ROOT / "requirements" / "run.lock").read_text(), re.MULTILINE
    )
    assert {f"pkg:pypi/{name}@{version}" for name, version in locked} <= set(purls)
    assert any(purl.startswith("pkg:npm/htmx.org@") for purl in purls)
    python = [one for one in bill["components"] if one["purl"].startswith("pkg:pypi/")]
    assert all(code["alg"] == "SHA-256" for one in python for code in one["hashes"])
    assert all(one["hashes"] for one in python)


def test_a_changed_version_is_another_bill(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "requirements/run.lock", "webapp/assets/package-lock.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    before = sbom.bill(tmp_path)
    lock = tmp_path / "requirements" / "run.lock"
    lock.write_text(re.sub(r"^(flask==).*$", r"\g<1>9.9.9 \\", lock.read_text(), flags=re.MULTILINE))
    assert sbom.bill(tmp_path)["serialNumber"] != before["serialNumber"]
