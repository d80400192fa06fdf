"""Walks through docs/operations.md in an empty Debian root, command by command, to a site that serves.

    python tools/walk.py FOLDER MIRROR

makes the root in FOLDER with debootstrap from MIRROR (as root), runs every block of the guide's steps 1 to 7 in it as
it is written, and says what came of each. Three things cannot be done as written in a root without an init system, and
are done otherwise: the clone comes from this repository, the services are started by the ExecStart lines of their
units, and nginx is started instead of reloaded, with a certificate made on the spot.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
GUIDE = HERE / "docs" / "operations.md"
UNITS = HERE / "deploy" / "systemd"
HOST = "avklart.kommunen.example"
BEARINGS = ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt", "/etc/apt/apt.conf.d")
"""What a machine knows of the network around it: the root is given the same."""
CERTIFICATE = f"""
install -d /etc/ssl/avklart
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN={HOST} -addext subjectAltName=DNS:{HOST} \\
  -keyout /etc/ssl/avklart/key.pem -out /etc/ssl/avklart/fullchain.pem 2>/dev/null
"""
ASK = f"curl --silent --insecure --resolve {HOST}:443:127.0.0.1 --write-out '%{{http_code}} %{{url_effective}}\\n'"
CHECKS = (
    f"for path in nb/ nb/abc/fall metrics innlogging; do {ASK} --output /dev/null https://{HOST}/$path; done",
    "avklart user add --municipality fjordvik --email leder@kommunen.example --name Kari --role editor | tail -1",
)


def steps() -> Iterator[tuple[str, str]]:
    """Answer the commands of each step of the guide, as (heading, block)."""
    text = GUIDE.read_text("utf-8").split("\n# Monitoring")[0]
    for heading, body in re.findall(r"^## (\d\. [^\n]+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL):
        for block in re.findall(r"^```\n(.*?)^```", body, re.MULTILINE | re.DOTALL):
            yield heading, block


def otherwise(block: str) -> str:
    """Answer a block with what cannot be done as it is written done otherwise."""
    if "systemctl enable" in block:
        return _by_hand()
    block = re.sub(r"git clone --branch \S+ ADDRESS-OF-THE-REPOSITORY", "git clone --quiet /srv/avklart.git", block)
    block = block.replace("avklart doctor\n", "avklart doctor || true\n")  # it sees that the example has no mail server
    if "systemctl reload nginx" in block:
        return CERTIFICATE + block.replace("systemctl reload nginx", "nginx")
    return block


def _by_hand() -> str:
    """Answer the commands that the units of the services start, for the two web instances and the worker."""
    lines = []
    for name, ports in (("avklart-web@.service", ("8001", "8002")), ("avklart-worker.service", ("",))):
        unit = (UNITS / name).read_text("utf-8")
        for port in ports:
            own, start = (
                "\n".join(re.findall(rf"^{key}=(.*)", unit, re.MULTILINE)).replace("%i", port)
                for key in ("Environment", "ExecStart")
            )
            after = re.findall(r"^ExecStartPost=(.*)", unit, re.MULTILINE)
            settings = "set -a; . /etc/avklart/avklart.env; set +a; cd /opt/avklart/current"
            lines.append(f"({settings}; export {own or 'A=1'}; setsid runuser -u avklart -- {start} >/dev/null 2>&1 &)")
            lines += [one.replace("%i", port) for one in after]
    return "\n".join(lines)


@contextmanager
def mounted(root: Path) -> Iterator[None]:
    """Give a root its /proc and /dev while something runs in it, and end what runs."""
    for name in ("proc", "dev"):
        subprocess.run(["mount", "--bind", f"/{name}", root / name], check=True)
    try:
        yield
    finally:
        for link in Path("/proc").glob("[0-9]*/root"):
            try:
                if link.readlink() == root:
                    subprocess.run(["kill", "-9", link.parent.name], check=False)
            except OSError:
                continue  # it has ended by itself
        for name in ("dev", "proc"):
            subprocess.run(["umount", "--lazy", root / name], check=False)


def run(root: Path, block: str) -> subprocess.CompletedProcess[str]:
    """Run commands in a root as an operator types them, until one fails."""
    environ = {
        "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "DEBIAN_FRONTEND": "noninteractive",
    }
    certificates = "/etc/ssl/certs/ca-certificates.crt"
    environ |= {"PIP_CERT": certificates, "NODE_EXTRA_CA_CERTS": certificates, "GIT_CONFIG_COUNT": "1"}
    environ |= {"GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    return subprocess.run(
        ["chroot", root, "bash", "-e", "-c", f"cd /opt/avklart/current 2>/dev/null || cd /\n{block}"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def give_bearings(root: Path) -> None:
    """Tell a root what this machine knows of the network around it."""
    for name in BEARINGS:
        if Path(name).exists():
            target = root / name[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(name, target, dirs_exist_ok=True) if Path(name).is_dir() else shutil.copy(name, target)


def prepare(root: Path, mirror: str) -> None:
    """Make an empty Debian root that knows the network around it, with this repository beside it."""
    subprocess.run(
        ["debootstrap", "--variant=minbase", "bookworm", root, mirror], check=True, stdout=subprocess.DEVNULL
    )
    give_bearings(root)
    policy = root / "usr/sbin/policy-rc.d"  # a package starts no service in a root without an init system
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    (root / "etc/apt/apt.conf.d/yes").write_text('APT::Get::Assume-Yes "true";\n')  # what the operator answers
    subprocess.run(["git", "clone", "--quiet", "--bare", HERE, root / "srv/avklart.git"], check=True)
    subprocess.run(["chroot", root, "apt-get", "update", "-qq"], check=True)


def main() -> int:
    """Walk, and say how it went; answer 1 where a command failed."""
    root, mirror = Path(sys.argv[1]).resolve(), sys.argv[2]
    prepare(root, mirror)
    with mounted(root):
        for heading, block in steps():
            done = run(root, otherwise(block))
            give_bearings(root)  # the package of certificates has written its own
            first = block.strip().splitlines()[0]
            is_good = done.returncode == 0
            print(f"{'well  ' if is_good else 'FAILED'}  {heading}: {first[:90]}", flush=True)
            if "avklart doctor" in block or not is_good:
                print(
                    "\n".join(f"        {line}" for line in (done.stdout + done.stderr).splitlines()[-30:]), flush=True
                )
            if not is_good:
                return 1
        for check in CHECKS:
            done = run(root, check)
            print("\n".join(f"        {line}" for line in done.stdout.splitlines()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
