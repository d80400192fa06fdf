"""The seal: both standards hold under it, any change breaks it, and no file that somebody sends breaks the check."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, sign_pdf

from tests.conftest import NOON
from tests.factories.papers import keeps
from tests.factories.seals import make_stamp
from tests.gateways.test_pdf import EMPTY
from webapp.gateways import pdf
from webapp.gateways.seal import MOST_BYTES, Checked, Sealer, Verdict, certificates, sealing
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import InvalidError

ROOT = Path(__file__).parent.parent.parent
AT = datetime(2026, 11, 29, 6, 35, 17, tzinfo=UTC)
HASH = "0123456789abcdef" * 4
PLACE = re.compile(rb"<[0-9A-F]{4000,}>")


CHECK_THEN_SEAL = """
import sys
from pathlib import Path
from webapp.gateways.seal import open_sealer
from webapp.kernel.clock import SystemClock
from webapp.settings import load

folder = Path(sys.argv[1])
sealer = open_sealer(load({"AVKLART_DATA": str(folder / "data")}), SystemClock())
sealer.check((folder / "sealed.pdf").read_bytes())
sealer.seal((folder / "plain.pdf").read_bytes(), municipality="fjordvik", at=SystemClock().now())
"""
"""What a process does in which somebody hands in a paper before the first one is sealed."""


@pytest.fixture(scope="module")
def paper() -> bytes:
    return pdf.make("selfcheck_result", EMPTY, language="nb", title="Prøve")


@pytest.fixture(scope="module")
def sealer(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    return Sealer(FixedClock(NOON), tmp_path_factory.mktemp("seal"), is_demo=True)


@pytest.fixture(scope="module")
def sealed(sealer: Sealer, paper: bytes) -> bytes:
    return sealer.seal(paper, municipality="fjordvik", at=AT, fingerprint=HASH)


def of(content: bytes) -> str:
    return sha256(content).hexdigest()


def test_a_seal_says_whose_it_is_what_it_seals_and_when(sealer: Sealer, sealed: bytes) -> None:
    assert sealer.check(sealed) == Checked(Verdict.GENUINE, of(sealed), "fjordvik", HASH, AT)


def test_a_process_that_checked_a_paper_first_can_still_seal(tmp_path: Path, paper: bytes, sealed: bytes) -> None:
    (tmp_path / "plain.pdf").write_bytes(paper)
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    command = [sys.executable, "-c", CHECK_THEN_SEAL, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("name", ["PDF_UA_1", "PDF_A_2A"])
def test_both_standards_hold_before_and_after(tmp_path: Path, paper: bytes, sealed: bytes, name: str) -> None:
    for content in (paper, sealed):
        path = tmp_path / "paper.pdf"
        path.write_bytes(content)
        assert keeps(path, name)


def test_the_same_is_sealed_to_the_same_bytes(sealer: Sealer, paper: bytes, sealed: bytes) -> None:
    assert sealer.seal(paper, municipality="fjordvik", at=AT, fingerprint=HASH) == sealed


def test_a_flipped_byte_anywhere_is_a_change(sealer: Sealer, sealed: bytes) -> None:
    place = PLACE.search(sealed)
    assert place
    chance = random.Random(5)
    spots = {*range(place.start() - 2, place.start() + 40), *range(place.end() - 2, len(sealed))}
    spots |= {chance.randrange(place.start(), place.end()) for _ in range(200)}
    spots |= {chance.randrange(len(sealed)) for _ in range(200)}
    for spot in sorted(spots):
        flipped = bytearray(sealed)
        flipped[spot] ^= chance.choice((0x01, 0x20, 0x80))
        assert sealer.check(bytes(flipped)).verdict not in {Verdict.GENUINE, Verdict.APPENDED}, spot


def test_a_flipped_byte_in_the_text_says_changed(sealer: Sealer, sealed: bytes) -> None:
    for spot in range(100, 12_000, 400):
        flipped = bytearray(sealed)
        flipped[spot] ^= 1
        assert sealer.check(bytes(flipped)) == Checked(Verdict.CHANGED, of(bytes(flipped)))


@pytest.mark.parametrize("more", [b"\n", b" ", b"%%EOF", b"\n1 0 obj\n<<>>\nendobj\n", b"/ByteRange [0 10 20 30]"])
def test_what_is_appended_is_told_from_what_was_sealed(sealer: Sealer, sealed: bytes, more: bytes) -> None:
    assert sealer.check(sealed + more) == Checked(Verdict.APPENDED, of(sealed), "fjordvik", HASH, AT)


def test_a_second_seal_is_something_appended(sealer: Sealer, sealed: bytes, tmp_path: Path) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    signer = sealing._Signer(make_stamp(tmp_path, "stranger"))
    twice = sign_pdf(writer, PdfSignatureMetadata(field_name="Mer"), signer).getvalue()
    assert sealer.check(twice) == Checked(Verdict.APPENDED, of(sealed), "fjordvik", HASH, AT)


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_seal_of_somebody_elses_is_known_as_such(sealer: Sealer, paper: bytes, tmp_path: Path, kind: str) -> None:
    theirs = sealing.seal(paper, make_stamp(tmp_path, "fjordvik", kind=kind), at=AT, reason=f"SHA-256 {HASH}")
    assert sealer.check(theirs) == Checked(Verdict.OTHER_SEAL, of(theirs))


def test_a_certificate_with_our_name_and_number_but_another_key_is_not_ours(
    sealer: Sealer, paper: bytes, tmp_path: Path
) -> None:
    ours = sealer._stamp("fjordvik").certificate.own
    twin = make_stamp(tmp_path, "fjordvik", serial=ours.serial_number, name=ours.subject)
    assert sealer.check(sealing.seal(paper, twin, at=AT, reason="")).verdict is Verdict.CHANGED


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_certificate_with_those_that_issued_it_seals_as_well(paper: bytes, tmp_path: Path, kind: str) -> None:
    stamp = make_stamp(tmp_path, "fjordvik", kind=kind, is_issued=True)
    sealer = Sealer(FixedClock(NOON), tmp_path)
    certificates.remember(sealer.trusted, stamp.certificate)
    sealed = sealing.seal(paper, stamp, at=AT, reason="")
    assert sealer.check(sealed) == Checked(Verdict.GENUINE, of(sealed), "fjordvik", "", AT)
    assert sealer.check(sealed + b" ").verdict is Verdict.APPENDED


def test_an_old_seal_holds_after_the_certificate_was_changed(paper: bytes, tmp_path: Path) -> None:
    before = Sealer(FixedClock(NOON), tmp_path, is_demo=True)
    old = before.seal(paper, municipality="fjordvik", at=AT)
    (tmp_path / "fjordvik.pem").unlink()
    after = replace(before, _stamps={})
    new = after.seal(paper, municipality="fjordvik", at=AT)
    assert old != new
    assert [after.check(one).verdict for one in (old, new)] == [Verdict.GENUINE] * 2
    in_use = (tmp_path / "fjordvik.pem").read_bytes()
    next(path for path in after.trusted.iterdir() if path.read_bytes() not in in_use).unlink()
    assert after.check(old).verdict is Verdict.OTHER_SEAL


def test_each_municipality_has_a_seal_of_its_own(sealer: Sealer, paper: bytes) -> None:
    found = sealer.check(sealer.seal(paper, municipality="dalsbygd", at=AT))
    assert (found.verdict, found.municipality, found.fingerprint) == (Verdict.GENUINE, "dalsbygd", "")


def test_a_paper_that_was_never_sealed_says_so(sealer: Sealer, paper: bytes) -> None:
    assert sealer.check(paper) == Checked(Verdict.NO_SEAL, of(paper))


@pytest.mark.parametrize("content", [b"", b"hei", b"PK\x03\x04", b"\x00" * 5000, b" " * 2000 + b"%PDF-1.7"])
def test_what_is_no_pdf_is_no_pdf(sealer: Sealer, content: bytes) -> None:
    assert sealer.check(content) == Checked(Verdict.NOT_A_PDF, of(content))


def test_a_file_that_was_cut_off_is_never_genuine(sealer: Sealer, sealed: bytes) -> None:
    for length in [*range(0, len(sealed), 97), *range(len(sealed) - 300, len(sealed))]:
        found = sealer.check(sealed[:length]).verdict
        assert found in {Verdict.NOT_A_PDF, Verdict.NO_SEAL, Verdict.CHANGED}, length
    assert sealer.check(sealed[:-1]).verdict is Verdict.CHANGED


def test_what_is_sealed_cannot_be_put_in_another_order(sealer: Sealer, sealed: bytes) -> None:
    place = PLACE.search(sealed)
    assert place
    rest = sealed[: place.start()] + sealed[place.end() :]
    for start in (20, 5000, place.start() - 10):
        moved = rest[:start] + place.group() + rest[start:]
        length = place.end() - place.start()
        told = f"/ByteRange [0 {start} {start + length} {len(rest) - start}]".encode()
        assert sealer.check(moved).verdict is Verdict.CHANGED
        assert sealer.check(moved + told).verdict is not Verdict.GENUINE


def test_a_file_of_fifty_megabytes_is_refused_unread(sealer: Sealer, sealed: bytes) -> None:
    with pytest.raises(InvalidError, match="at most 20 MB"):
        sealer.check(sealed.ljust(50_000_000))
    assert sealer.check(sealed.ljust(MOST_BYTES)).verdict is Verdict.APPENDED


@pytest.mark.parametrize(
    "more",
    [
        b"/ByteRange [0 1 2 3]" * 100_000, b"/ByteRange [" * 500_000, b"/ByteRange" + b" " * 5_000_000,
        b"/ByteRange [0 8 5000008 40]" + b"(" * 4_000_000, b"<< /Type " * 300_000,
    ],
)  # fmt: skip
def test_a_file_made_to_take_long_is_told_what_it_is(sealer: Sealer, more: bytes) -> None:
    assert sealer.check(b"%PDF-1.7\n" + more).verdict in {Verdict.CHANGED, Verdict.NO_SEAL}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_nothing_that_stands_in_the_place_of_a_seal_breaks_the_check(data: st.DataObject) -> None:
    inside = data.draw(st.binary(max_size=200)).hex().upper().encode()
    head = b"%PDF-1.7\n"
    body = head + b"<" + inside + b">"
    told = b"/ByteRange [0 %d %d 40]" % (len(head), len(body))
    nobody = Sealer(FixedClock(NOON), Path("nowhere"))
    assert nobody.check(body + told.ljust(40)).verdict in {Verdict.CHANGED, Verdict.OTHER_SEAL}


def test_a_seal_is_made_for_a_fingerprint_or_none(sealer: Sealer, paper: bytes) -> None:
    with pytest.raises(InvalidError):
        sealer.seal(paper, municipality="fjordvik", at=AT, fingerprint="abc) /M (x")


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is not on this machine")
def test_pdfsig_agrees(tmp_path: Path, sealed: bytes) -> None:
    def told(content: bytes) -> str:
        path = tmp_path / "sealed.pdf"
        path.write_bytes(content)
        return subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout

    assert "Signature is Valid" in told(sealed)
    assert "Total document signed" in told(sealed)
    assert "ETSI.CAdES.detached" in told(sealed)
    assert "Not total document signed" in told(sealed + b"\n% more\n")
    flipped = bytearray(sealed)
    flipped[200] ^= 1
    assert "Signature is Valid" not in told(bytes(flipped))
