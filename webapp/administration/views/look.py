"""The colour of the municipality: whether it can be read is shown while it is chosen, and refused where it cannot."""

from __future__ import annotations

from flask import Response, g, request

from webapp.administration.current import facts_now, save
from webapp.administration.forms import ArmsForm, CommonLookForm, LookForm
from webapp.administration.presenters.common import REFUSED
from webapp.administration.presenters.look import LookMore
from webapp.administration.views import bp
from webapp.administration.views.settings import setting_page, with_facts
from webapp.content.current import library
from webapp.content.site import arms
from webapp.editorial.current import Frame, show
from webapp.kernel.errors import NotFoundError
from webapp.kernel.permission import Permission
from webapp.municipalities.domain.theme import is_readable, stylesheet
from webapp.web.access import allows
from webapp.web.forms import BaseForm
from webapp.web.pages import page
from webapp.web.transactions import reading, writing

ADDRESS, ARMS = "/admin/utseende", "/admin/vapen"
COMMON_COLOUR = "#005db1"
"""What the common colours are nearest to: where somebody begins who has none of their own."""


def _show(form: BaseForm, *, status: int = 200, is_conflict: bool = False, is_refused: bool = False) -> Response:
    if is_refused:
        form.accent.errors = [str(REFUSED)]
    g.shows_frames = True
    own = facts_now().get("accent", "")
    more = LookMore.of(form.text("accent").lower(), own, library().languages)
    shown = setting_page("look", is_conflict=is_conflict, more=more)
    return page("administration/look.html", shown, form=form, status=status, fragment="contrast")


@bp.get(ADDRESS)
@allows(Permission.KEEP_SETTINGS, fragments=True)
@reading
def look() -> Response:
    """Show the colour, or one that is tried out, with how well each use of it can be read."""
    wanted = request.args.get("accent", "")
    return _show(LookForm(accent=wanted or facts_now().get("accent", COMMON_COLOUR)))


@bp.post(ADDRESS)
@allows(Permission.KEEP_SETTINGS, fragments=True)
@writing
def look_post() -> Response:
    """Take a colour into use, or go back to the common ones; or only show how it will be."""
    if request.form.get("handling") == "vanlige":
        return save("look", CommonLookForm(), lambda: {"accent": None}, _show, ADDRESS)
    form = LookForm()
    if request.form.get("handling") == "vis":
        return _show(form)
    return save("look", form, lambda: {"accent": form.colour()}, _show, ADDRESS)


@bp.get(f"{ADDRESS}/vis/<language:lang>/<colour>")
@allows(Permission.KEEP_SETTINGS)
@reading
def look_preview(lang: str, colour: str) -> Response:
    """Show the front page in a colour that is not published."""
    _sheet(colour)
    g.frame_ancestors = ("'self'",)
    return show(with_facts({}), f"/{lang}/", Frame(is_still=True, theme=f"{ADDRESS}/farger/{colour}.css"))


@bp.get(f"{ADDRESS}/farger/<colour>.css")
@allows(Permission.KEEP_SETTINGS)
def look_sheet(colour: str) -> Response:
    """Give the stylesheet of a colour that is tried out."""
    return Response(_sheet(colour), mimetype="text/css")


def _sheet(colour: str) -> str:
    """Answer the stylesheet of a colour; NotFoundError for what is none, or cannot be read."""
    if not is_readable(f"#{colour}"):
        raise NotFoundError
    return stylesheet(f"#{colour}")


def _arms_form(**given: str) -> ArmsForm:
    form = ArmsForm(**given)
    form.offer(list(library().images()))
    return form


def _show_arms(form: BaseForm, *, status: int = 200, is_conflict: bool = False, is_refused: bool = False) -> Response:
    if is_refused:
        form.image.errors = [str(REFUSED)]
    shown = setting_page("arms", is_conflict=is_conflict, more=arms())
    return page("administration/arms.html", shown, form=form, status=status)


@bp.get(ARMS)
@allows(Permission.KEEP_SETTINGS)
@reading
def coat_of_arms() -> Response:
    """Show the coat of arms, and the images that it can be."""
    return _show_arms(_arms_form(image=facts_now().get("arms", "")))


@bp.post(ARMS)
@allows(Permission.KEEP_SETTINGS)
@writing
def coat_of_arms_post() -> Response:
    """Let an image stand beside the name on every page, or none."""
    form = _arms_form()
    return save("arms", form, lambda: {"arms": form.text("image") or None}, _show_arms, ARMS)
