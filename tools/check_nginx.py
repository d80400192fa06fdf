"""Runs deploy/nginx.conf before real web processes in production's settings, and checks what it promises.

Starts two instances as the systemd units do, nginx with a self-made certificate, asks as readers do, restarts the
instances one after the other under load, and takes both away. Everything lies in a folder that is thrown away.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from threading import Event, Thread
from time import monotonic

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ROOT = Path(__file__).resolve().parent.parent
HOST = "avklart.kommunen.example"
HERE, READER, OTHER = "127.0.0.1", "127.0.0.21", "127.0.0.22"
WITHIN = 90.0
PAUSE = Event()
SAFE = ("content-security-policy", "x-content-type-options", "referrer-policy", "strict-transport-security")
Fields = Mapping[str, str]


def free_port() -> int:
    """Answer a port that nobody listens on."""
    with socket.socket() as found:
        found.bind((HERE, 0))
        return int(found.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Stage:
    """The folder, the ports, and the processes."""

    folder: Path
    https: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)
    ports: tuple[int, int] = field(default_factory=lambda: (free_port(), free_port()))
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def environ(self, port: int) -> dict[str, str]:
        """Answer the settings of an instance, as the example of production has them."""
        keys = self.folder / "keys"
        return {
            **os.environ, "AVKLART_ENV": "production", "AVKLART_BASE_URL": f"https://{HOST}:{self.https}",
            "AVKLART_DATA": str(self.folder / "data"), "AVKLART_WORKERS": "1", "AVKLART_TRUSTED_HOPS": "1",
            "AVKLART_SECRET_KEY_FILE": str(keys / "secret"), "AVKLART_MASTER_KEY_FILE": str(keys / "master"),
            "AVKLART_BACKUP_KEY_FILE": str(keys / "backup"), "AVKLART_SMTP_URL": f"smtp://{HERE}:9",
            "AVKLART_MAIL_FROM": "ikke-svar@kommunen.example", "AVKLART_HOST": HERE, "AVKLART_PORT": str(port),
            "AVKLART_DATABASE_URL": "", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip

    def command(self, *words: str) -> None:
        """Run a command of ours to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "webapp", *words], cwd=ROOT, env=self.environ(self.ports[0]), capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"avklart {' '.join(words)}: {done.stdout}{done.stderr}")

    def start(self, port: int) -> None:
        """Start an instance, and wait until it serves, as its unit does."""
        with (self.folder / f"log-{port}").open("ab") as log:
            self.running[port] = subprocess.Popen(
                [sys.executable, "-m", "webapp", "run", "--no-worker"], cwd=ROOT, env=self.environ(port), stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_for(lambda: ask("http", HERE, port, "/readyz").status == 200, f"the instance on {port} does not serve")

    def stop(self, port: int) -> None:
        """Stop an instance as systemd does, and wait for its end."""
        self.running[port].send_signal(signal.SIGTERM)
        self.running.pop(port).wait(WITHIN)


def wait_for(condition: Callable[[], bool], fault: str) -> None:
    """Wait until a condition holds; give up after a while."""
    deadline = monotonic() + WITHIN
    while monotonic() < deadline:
        with suppress(OSError):
            if condition():
                return
        PAUSE.wait(0.1)
    raise SystemExit(fault)


def ask(
    scheme: str, address: str, port: int, path: str, *, method: str = "GET", body: bytes = b"",
    headers: Fields | None = None, source: str = HERE, host: str = HOST,
) -> Answer:  # fmt: skip
    """Ask from an address of one's own, whatever names resolve to here."""
    line: socket.socket = socket.create_connection((address, port), timeout=30, source_address=(source, 0))
    if scheme == "https":
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        line = context.wrap_socket(line, server_hostname=host)
    connection = http.client.HTTPConnection(address, port)
    connection.sock = line
    try:
        connection.request(method, path, body or None, {"Host": f"{host}:{port}", **(headers or {})})
        found = connection.getresponse()
        return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
    finally:
        connection.close()


def write_certificate(folder: Path) -> None:
    """Write a certificate of our own making, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    own = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "fullchain.pem").write_bytes(own.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def configuration(stage: Stage) -> str:
    """Answer the site as it is, with our ports and folders, in a server of our own."""
    site = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    for old, new in (
        ("127.0.0.1:8001", f"{HERE}:{stage.ports[0]}"),
        ("127.0.0.1:8002", f"{HERE}:{stage.ports[1]}"),
        ("listen 80", f"listen {HERE}:{stage.http}"),
        ("listen 443", f"listen {HERE}:{stage.https}"),
        ("/etc/ssl/avklart", str(stage.folder)),
        ("/var/cache/nginx/avklart", str(stage.folder / "cache")),
        ("/var/log/nginx/avklart.log", str(stage.folder / "access.log")),
        ("/opt/avklart/current", str(ROOT)),
    ):
        if old not in site:
            raise SystemExit(f"deploy/nginx.conf has no '{old}' any more")
        site = site.replace(old, new)
    site = re.sub(r" *listen \[::\]:[^\n]*\n", "", site)
    user = "user root;\n" if os.getuid() == 0 else ""  # its folder is ours alone
    temporary = "".join(
        f"  {kind}_temp_path {stage.folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"{user}worker_processes 1;\npid {stage.folder}/nginx.pid;\nerror_log {stage.folder}/error.log warn;\n"
        "daemon off;\nevents { worker_connections 512; }\n"
        f"http {{\n  types {{ text/html html; }}\n{temporary}{site}\n}}\n"
    )


@contextmanager
def nginx(stage: Stage) -> Iterator[None]:
    """Run nginx for the block."""
    path = stage.folder / "nginx.conf"
    path.write_text(configuration(stage), "utf-8")
    test = subprocess.run(["nginx", "-t", "-c", str(path)], capture_output=True, text=True, check=False)
    if test.returncode:
        raise SystemExit(test.stderr)
    process = subprocess.Popen(["nginx", "-c", str(path)], stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: ask("http", HERE, stage.http, "/").status == 301, "nginx does not listen")
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(WITHIN)


class Checks:
    """What was promised, and whether it held."""

    def __init__(self) -> None:
        self.failed = 0

    def that(self, promise: str, *, held: bool, but: object = "") -> None:
        """Say whether a promise held."""
        print(f"{'ok  ' if held else 'NOT '} {promise}{'' if held else f': {but}'}", flush=True)
        self.failed += not held


def look(stage: Stage, checks: Checks) -> None:
    """Ask as readers and others do."""
    found = ask("http", HERE, stage.http, "/nb/abc/fall?for=parorende")
    to = found.headers.get("location", "")
    checks.that("http leads to the same address over https", held=found.status == 301 and to == (
        f"https://{HOST}/nb/abc/fall?for=parorende"
    ), but=f"{found.status} {to}")  # fmt: skip
    page = ask("https", HERE, stage.https, "/nb/abc/fall")
    checks.that("a page is served over TLS", held=page.status == 200 and b"<h1" in page.body, but=page.status)
    for name in SAFE:
        value = page.headers.get(name, "")
        checks.that(f"it carries {name} once", held=bool(value) and (
            name == "content-security-policy" or "," not in value
        ), but=value)  # fmt: skip
    checks.that("nothing tells which server it is, or its version", held="1." not in page.headers.get("server", ""))
    again = ask("https", HERE, stage.https, "/nb/abc/fall", headers={"If-None-Match": page.headers["etag"]})
    checks.that("a page that the reader has is not sent again", held=again.status == 304, but=again.status)
    asset = next(iter(re.findall(rb'href="(/static/[^"]+\.css)"', page.body)), b"").decode()
    kept = [ask("https", HERE, stage.https, asset).headers.get("cache-control", "") for _ in range(2)]
    checks.that("styles are for ever, and nginx keeps them", held="immutable" in kept[0] and any(
        path.is_file() for path in (stage.folder / "cache").rglob("*")
    ), but=kept)  # fmt: skip
    for path in ("/metrics", "/healthz", "/readyz"):
        found = ask("https", HERE, stage.https, path)
        checks.that(f"{path} is closed to the world", held=found.status == 404, but=found.status)
    large = ask("https", HERE, stage.https, "/redaksjon/bilder/nytt", method="POST", body=b"x" * (14 * 1024 * 1024))
    said = large.status == 413 and "Det var for mye å sende".encode() in large.body
    checks.that("what is too large gets a page that helps", held=said, but=large.status)
    checks.that("and that page is as safe as ours", held=all(name in large.headers for name in SAFE), but=large.headers)
    try:
        stranger = ask("https", HERE, stage.https, "/nb/", host="somebody.else.example").status
    except (ssl.SSLError, OSError):
        stranger = 0
    checks.that("another host name gets no handshake", held=stranger == 0, but=stranger)
    wrong = ask("https", HERE, stage.https, "/nb/", headers={"Host": "somebody.else.example"}).status
    checks.that("nor does one that is only named inside", held=wrong in {404, 421, 400}, but=wrong)


def look_at_limits(stage: Stage, checks: Checks) -> None:
    """Try to log in too often, from one address, then from it under other names, then from another."""

    def log_in(source: str, number: int, headers: Fields | None = None) -> int:
        body = f"email=nobody{number}%40kommunen.example&password=wrong".encode()
        sent = {
            "Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}:{stage.https}",
            "Sec-Fetch-Site": "same-origin", **(headers or {}),
        }  # fmt: skip
        return ask(
            "https", HERE, stage.https, "/innlogging", method="POST", body=body, headers=sent, source=source
        ).status

    tried = Counter(log_in(READER, number) for number in range(64))
    checks.that("who tries too often from one address is told to wait", held=tried[429] > 0, but=tried)
    pretended = {"X-Forwarded-For": "198.51.100.9", "Forwarded": "for=198.51.100.9", "X-Real-IP": "198.51.100.9"}
    still = log_in(READER, 100, pretended)
    checks.that("an address that is only claimed helps nobody", held=still == 429, but=still)
    other = log_in(OTHER, 101)
    checks.that("somebody at another address is not held back", held=other not in {429, 500, 503}, but=other)


def restart_under_load(stage: Stage, checks: Checks) -> None:
    """Restart both instances, one after the other, while readers read and send forms (F15, F16)."""
    stop, seen, broken = Event(), Counter[int](), []

    def read(number: int) -> None:
        paths = ("/nb/abc/fall", "/nb/sok?q=fall", "/nb/innlogging", "/nb/ring-meg", "/nb/henvendelse/status")
        while not stop.wait(0.02):
            path = paths[number % len(paths)]
            method, body = ("POST", b"name=") if number % 7 == 0 else ("GET", b"")
            form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
            try:
                found = ask(
                    "https", HERE, stage.https, path, method=method, body=body, headers=form if body else None
                ).status
            except OSError as error:
                broken.append(f"{method} {path}: {error}")
            else:
                seen[found] += 1
                if found >= 500:
                    broken.append(f"{method} {path}: {found}")
            number += 1

    readers = [Thread(target=read, args=(number,)) for number in range(4)]
    for reader in readers:
        reader.start()
    for port in stage.ports:
        stage.stop(port)
        stage.start(port)
    PAUSE.wait(1)
    stop.set()
    for reader in readers:
        reader.join()
    total = sum(seen.values())
    checks.that(
        f"{total} requests during a rolling restart, none failed", held=not broken and total > 0, but=broken[:5]
    )


def main() -> int:
    """Check everything, and answer how many promises did not hold."""
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="avklart-nginx-") as name:
        stage = Stage(Path(name))
        (stage.folder / "keys").mkdir(mode=0o700)
        (stage.folder / "keys" / "secret").write_bytes(token_bytes(48).hex().encode())
        write_certificate(stage.folder)
        for key in ("master", "backup"):
            stage.command("keys", "new", str(stage.folder / "keys" / key))
        stage.command("migrate", "--new")
        stage.command("content", "import")
        try:
            for port in stage.ports:
                stage.start(port)
            with nginx(stage):
                look(stage, checks)
                look_at_limits(stage, checks)
                restart_under_load(stage, checks)
                for port in stage.ports:
                    stage.stop(port)
                for method, body in (("GET", b""), ("POST", b"name=Ola")):
                    away = ask("https", HERE, stage.https, "/nb/ring-meg", method=method, body=body)
                    said = away.status in {502, 503} and b"Siden er ikke tilgjengelig" in away.body
                    checks.that(f"when nobody serves, {method} gets a page that helps", held=said, but=away.status)
                safe = all(one in away.headers for one in SAFE) and "retry-after" in away.headers
                checks.that("and it is as safe as ours, and says when to come again", held=safe, but=away.headers)
            log = (stage.folder / "access.log").read_text()
            checks.that("the log names no query and no reader", held="?q=" not in log and READER not in log)
        finally:
            for port in list(stage.running):
                stage.stop(port)
    print(f"{checks.failed} promises did not hold" if checks.failed else "everything held")
    return checks.failed


if __name__ == "__main__":
    raise SystemExit(main())
