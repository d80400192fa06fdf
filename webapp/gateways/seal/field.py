"""The place in a PDF that its seal gets: a field that PDF/UA and PDF/A accept, though nobody sees it."""

from __future__ import annotations

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

FIELD = "Segl"
_PRINTED_AND_LOCKED = 132


def with_field(pdf: bytes) -> bytes:
    """Answer a tagged PDF with an empty field for a seal, tagged as a form under its document."""
    with pikepdf.open(BytesIO(pdf)) as file:
        tree, page = file.Root.StructTreeRoot, file.pages[0].obj
        number = int(tree.ParentTreeNextKey)
        field = file.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=FIELD, TU=FIELD, Rect=[0, 0, 0, 0],
                F=_PRINTED_AND_LOCKED, P=page, StructParent=number,
            )
        )  # fmt: skip
        document = _document(tree)
        form = file.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Form, P=document, K=Dictionary(Type=Name.OBJR, Obj=field, Pg=page))
        )
        document.K = Array([*_listed(document.get("/K")), form])
        tree.ParentTree.Nums = Array([*tree.ParentTree.Nums, number, form])
        tree.ParentTreeNextKey = number + 1
        page.Annots = Array([*page.get("/Annots", []), field])
        page.Tabs = Name.S
        file.Root.AcroForm = Dictionary(Fields=[field], SigFlags=3)
        ready = BytesIO()
        file.save(ready, deterministic_id=True)
    return ready.getvalue()


def _document(tree: Object) -> Object:
    """Answer the element that holds the whole document."""
    return next(one for one in _listed(tree.K) if Name.Document == one.S)


def _listed(kids: Object | None) -> list[Object]:
    return list(kids) if isinstance(kids, Array) else [] if kids is None else [kids]
