"""Walks through docs/operations.md in an empty Debian that has been started, command by command, to a site that serves.

    python tools/walk.py FOLDER MIRROR

makes an empty Debian in FOLDER with debootstrap from MIRROR and starts it with its own systemd by systemd-nspawn (as
root; packages debootstrap and systemd-container), runs every block of the guide's steps 1 to 7 in it as it is written,
and says what came of each. It uses this machine's network, so nothing else may listen on the ports of the guide. Two
things are done otherwise: the clone comes from this repository, and the certificate of nginx is made on the spot. Then
it looks whether the site is reached, bears a kill and a restart, and whether what the timers start goes well.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
GUIDE = HERE / "docs" / "operations.md"
HOST = "avklart.kommunen.example"
BEARINGS = ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt", "/etc/apt/apt.conf.d")
"""What a machine knows of the network around it: the new one is given the same."""
PATIENCE = 120
CERTIFICATE = f"""
install -d /etc/ssl/avklart
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN={HOST} -addext subjectAltName=DNS:{HOST} \\
  -keyout /etc/ssl/avklart/key.pem -out /etc/ssl/avklart/fullchain.pem 2>/dev/null
"""
ASK = f"curl --silent --insecure --resolve {HOST}:443:127.0.0.1 --output /dev/null --write-out '%{{http_code}}\\n'"
UNITS = "avklart-web@8001 avklart-web@8002 avklart-worker"
JOBS = "avklart-backup avklart-audit avklart-retention"
CHECKS = {
    "pages": f"for path in nb/ nb/abc/fall metrics innlogging; do echo $path $({ASK} https://{HOST}/$path); done",
    "an editor": "avklart user add --municipality fjordvik --email leder@kommunen.example --name Kari --role editor "
    "| tail -1",
    "the services": f"systemctl is-active {UNITS} nginx",
    "what the timers start": f"systemctl start {JOBS}; systemctl show --property Id --property Result {JOBS} | xargs",
    "the timers": "systemctl list-timers --no-legend 'avklart-*' | wc -l",
    "a web instance that is killed": "systemctl kill --signal KILL avklart-web@8001; sleep 5; "
    "until systemctl is-active --quiet avklart-web@8001; do sleep 1; done; "
    "systemctl show --property NRestarts avklart-web@8001",
    "restarted one after the other, asked all the while": f"(while [ ! -e /tmp/done ]; do {ASK} https://{HOST}/nb/ring-meg;"
    " sleep 0.1; done | sort | uniq -c > /tmp/asked) & "
    "systemctl restart avklart-web@8001 && systemctl restart avklart-web@8002; touch /tmp/done; wait; cat /tmp/asked",
    "the sandbox": f"systemd-analyze security --no-pager {UNITS.replace(' ', '.service ')}.service | grep -i overall",
}


def steps() -> Iterator[tuple[str, str]]:
    """Answer the commands of each step of the guide, as (heading, block)."""
    text = GUIDE.read_text("utf-8").split("\n# Monitoring")[0]
    for heading, body in re.findall(r"^## (\d\. [^\n]+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL):
        for block in re.findall(r"^```\n(.*?)^```", body, re.MULTILINE | re.DOTALL):
            yield heading, block


def otherwise(block: str) -> str:
    """Answer a block with what cannot be done as it is written done otherwise."""
    block = re.sub(r"git clone --branch \S+ ADDRESS-OF-THE-REPOSITORY", "git clone --quiet /srv/avklart.git", block)
    block = block.replace("avklart doctor\n", "avklart doctor || true\n")  # it sees that the example has no mail server
    return CERTIFICATE + block if "nginx -t" in block else block


@contextmanager
def started(root: Path) -> Iterator[int]:
    """Start the system in a root, and answer the number of its first process; it is ended at the end."""
    command = ["systemd-nspawn", "--directory", str(root), "--boot", "--register=no", "--keep-unit", "--console=pipe"]
    system = subprocess.Popen(
        [*command, "--resolv-conf=off"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield _first(system)
    finally:
        system.terminate()
        try:
            system.wait(60)
        except subprocess.TimeoutExpired:
            system.kill()


def _first(system: subprocess.Popen[bytes]) -> int:
    """Wait until a system has come up, and answer its first process as this machine sees it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and system.poll() is None:
        below = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(system.pid)], capture_output=True, text=True, check=False
        )
        if below.stdout.split():
            first = int(below.stdout.split()[0])
            state = run(first, "systemctl is-system-running || true").stdout.strip()
            if state in {"running", "degraded"}:
                return first
        time.sleep(1)
    raise SystemExit("the system did not come up")


def run(first: int, block: str) -> subprocess.CompletedProcess[str]:
    """Run commands in a started system as an operator types them, until one fails."""
    environ = {
        "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "DEBIAN_FRONTEND": "noninteractive",
    }
    certificates = "/etc/ssl/certs/ca-certificates.crt"
    environ |= {"PIP_CERT": certificates, "NODE_EXTRA_CA_CERTS": certificates, "GIT_CONFIG_COUNT": "1"}
    environ |= {"GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    typed = f"cd /opt/avklart/current 2>/dev/null || cd /\n{block}"
    inside = ["nsenter", "--target", str(first), "--mount", "--uts", "--ipc", "--pid", "--root", "--wd"]
    return subprocess.run(
        [*inside, "bash", "-e", "-c", typed], env=environ, capture_output=True, text=True, check=False
    )


def give_bearings(root: Path) -> None:
    """Tell a root what this machine knows of the network around it."""
    for name in BEARINGS:
        if Path(name).exists():
            target = root / name[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(name, target, dirs_exist_ok=True) if Path(name).is_dir() else shutil.copy(name, target)


def prepare(root: Path, mirror: str) -> None:
    """Make an empty Debian that knows the network around it, with this repository beside it."""
    subprocess.run(
        ["debootstrap", "--variant=minbase", "--include=systemd-sysv,dbus", "bookworm", root, mirror],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    give_bearings(root)
    (root / "etc/apt/apt.conf.d/yes").write_text('APT::Get::Assume-Yes "true";\n')  # what the operator answers
    subprocess.run(["git", "clone", "--quiet", "--bare", HERE, root / "srv/avklart.git"], check=True)
    subprocess.run(["chroot", root, "apt-get", "update", "-qq"], check=True)


def show(done: subprocess.CompletedProcess[str]) -> None:
    """Print the last lines of what commands said."""
    print("\n".join(f"        {line}" for line in (done.stdout + done.stderr).splitlines()[-30:]), flush=True)


def main() -> int:
    """Walk, and say how it went; answer 1 where a command failed."""
    root, mirror = Path(sys.argv[1]).resolve(), sys.argv[2]
    prepare(root, mirror)
    with started(root) as first:
        for heading, block in steps():
            done = run(first, otherwise(block))
            give_bearings(root)  # the package of certificates has written its own
            is_good = done.returncode == 0
            print(f"{'well  ' if is_good else 'FAILED'}  {heading}: {block.strip().splitlines()[0][:90]}", flush=True)
            if "avklart doctor" in block or not is_good:
                show(done)
            if not is_good:
                return 1
        for what, check in CHECKS.items():
            print(what, flush=True)
            show(run(first, check))
    return 0


if __name__ == "__main__":
    sys.exit(main())
