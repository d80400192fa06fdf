"""Writes what a release is made of, as CycloneDX 1.6 in JSON, from the lock files: the same bytes for the same locks.

python tools/sbom.py [FILE]      writes to a file, or prints
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from base64 import b64decode
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).resolve().parent.parent
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_ALGORITHMS = {"sha512": "SHA-512", "sha256": "SHA-256", "sha1": "SHA-1"}

Component = dict[str, Any]


def python_packages(lock: Path) -> list[Component]:
    """Answer the packages of a lock file of ours, each with the hashes of the files that may be installed."""
    found: list[Component] = []
    for line in lock.read_text("utf-8").splitlines():
        if match := _PIN.match(line):
            name, version = match[1].lower().replace("_", "-"), match[2]
            found.append(_component(name, version, f"pkg:pypi/{name}@{version}"))
            if match[3]:
                found[-1]["properties"] = [{"name": "avklart:installed-where", "value": match[3].strip()}]
        elif (code := _HASH.search(line)) and found:
            found[-1].setdefault("hashes", []).append({"alg": "SHA-256", "content": code[1]})
    for one in found:
        one["hashes"] = sorted(one.get("hashes", []), key=lambda code: str(code["content"]))
    return found


def node_packages(lock: Path) -> list[Component]:
    """Answer the packages that styles and scripts are built from."""
    found = []
    for place, package in json.loads(lock.read_text("utf-8"))["packages"].items():
        if not place:
            continue
        name, version = package.get("name") or place.rpartition("node_modules/")[2], package["version"]
        one = _component(name, version, f"pkg:npm/{name.replace('@', '%40')}@{version}")
        if package.get("dev") or package.get("optional"):
            one["scope"] = "optional"
        algorithm, _, code = package.get("integrity", "").partition("-")
        if algorithm in _ALGORITHMS:
            one["hashes"] = [{"alg": _ALGORITHMS[algorithm], "content": b64decode(code).hex()}]
        if package.get("license"):
            one["licenses"] = [{"license": {"name": package["license"]}}]
        found.append(one)
    return found


def bill(root: Path = ROOT) -> dict[str, Any]:
    """Answer the whole bill of materials."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    components = sorted(
        [
            *python_packages(root / "requirements" / "run.lock"),
            *node_packages(root / "webapp" / "assets" / "package-lock.json"),
        ],
        key=lambda one: str(one["purl"]),
    )
    own = f"pkg:generic/{project['name']}@{project['version']}"
    serial = uuid5(NAMESPACE_URL, json.dumps([own, components], sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": own, "name": project["name"], "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}], "purl": own,
            },
        },
        "components": components,
    }  # fmt: skip


def _component(name: str, version: str, purl: str) -> Component:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "scope": "required"}


def main() -> None:
    """Write the bill of materials."""
    text = json.dumps(bill(), indent=1, ensure_ascii=False) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
