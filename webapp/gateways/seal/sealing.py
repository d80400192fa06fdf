"""Putting the seal on a PDF: PAdES B-B by pyHanko, so that PDF/UA-1 and PDF/A-2a still hold (docs/adr/0013).

pyHanko takes half a second to load, and so it is loaded with the first seal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.generic import ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko_certvalidator.registry import SimpleCertificateStore

from webapp.gateways.seal.certificates import Stamp
from webapp.gateways.seal.field import FIELD, with_field

ROOM = 16_384
"""The bytes that are set aside for the seal itself: a certificate, two that issued it, and a signature."""


class _Writer(IncrementalPdfFileWriter):
    """Adds a seal and changes nothing else: neither what typst wrote about the file, nor anything by chance."""

    def _update_meta(self) -> None:
        """Leave the XMP as it is: written anew it would lack what PDF/UA-1 demands."""

    @classmethod
    def _handle_id(cls, prev: Any) -> Any:
        ids = super()._handle_id(prev)  # type: ignore[no-untyped-call]  # the library is half typed
        ids[1] = ByteStringObject(sha256(bytes(ids[0])).digest()[:16])
        return ids


class _Signer(Signer):
    """Signs with a key that is open: pyHanko's own opens and proves it each time, a quarter of a second."""

    def __init__(self, stamp: Stamp) -> None:
        own, *chain = stamp.certificate.as_asn1()
        store = SimpleCertificateStore.from_certs(chain)  # type: ignore[no-untyped-call]  # as above
        super().__init__(signing_cert=own, cert_registry=store)
        self._key = stamp.key

    async def async_sign_raw(self, data: bytes, _digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002, FBT001, FBT002 -- the library's own
        """Answer the signature of the data, by SHA-256."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


def seal(pdf: bytes, stamp: Stamp, *, at: datetime, reason: str) -> bytes:
    """Answer a PDF with a seal over all of it; with an RSA key the same is sealed to the same bytes."""
    # An increment must begin on a line of its own (PDF/A).
    steps = PdfCMSEmbedder().write_cms(FIELD, _Writer(BytesIO(with_field(pdf) + b"\n")))
    next(steps)
    place = SignatureObject(at, SigSeedSubFilter.PADES, reason=reason or None, bytes_reserved=ROOM)
    steps.send(SigObjSetup(sig_placeholder=place))
    prepared, sealed = steps.send(SigIOSetup(md_algorithm="sha256", in_place=False))
    steps.send(_apart(_Signer(stamp).async_sign(prepared.document_digest, "sha256", use_pades=True)))
    return bytes(sealed.getvalue())


def _apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Answer what comes out of a coroutine, whether or not an event loop runs in this thread already."""
    with ThreadPoolExecutor(1) as another:
        return another.submit(asyncio.run, work).result()
