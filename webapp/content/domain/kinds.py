"""The kinds of content pages, one table that files, checks and screens read.

A page lies in a folder with `common.yaml` (what is the same in every language) and one Markdown file a
language (`nb.md`, `nn.md`, `en.md`: front matter, then sections named after their fields). A *document*
is one YAML file that carries its languages inside.
"""

from __future__ import annotations

from webapp.content.domain.document_kinds import CONSENT, IMAGE, MENU, MESSAGE, PLAN
from webapp.content.domain.kind import Kind
from webapp.content.domain.page_kinds import AID, ENTRY, FOREIGN, OFFER, PAGE, PLACE, SERVICE, TASK
from webapp.content.domain.selfcheck_kind import SELFCHECK

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        ENTRY, SERVICE, TASK, AID, OFFER, PLACE, PAGE, FOREIGN, SELFCHECK, PLAN, IMAGE, MESSAGE, CONSENT, MENU
    )
}  # fmt: skip
"""The kinds of pages by name, in the order in which they are read and written."""

BY_FOLDER = {kind.folder: kind for kind in KINDS.values()}
