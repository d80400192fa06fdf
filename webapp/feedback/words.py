"""The words on screen for what became of what was said."""

from __future__ import annotations

from webapp.feedback.domain import Sort, State
from webapp.web.i18n import lazy_gettext as _

STATES = {
    State.OPEN: _("Not dealt with yet"),
    State.CHANGED: _("Changed"),
    State.UNCHANGED: _("Not changed"),
    State.NOTED: _("Read, nothing to change"),
}
SORTS = {
    Sort.SENTENCE: _("About a page"),
    Sort.SUGGESTION: _("Suggestion"),
    Sort.COMMENT: _("Comment on a draft"),
}
