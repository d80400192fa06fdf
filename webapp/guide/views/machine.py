"""What machines ask for: the map of the site, who to tell of a security fault, the colours."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256

from flask import Response, render_template, request
from flask_babel import force_locale, gettext

from webapp.content import queries, site
from webapp.content.current import base_url, library
from webapp.content.domain.addresses import PAGES, address
from webapp.guide.views import bp
from webapp.kernel.errors import NotFoundError
from webapp.web import tenancy
from webapp.web.access import public
from webapp.web.assets import asset, manifest, text_of
from webapp.web.transactions import db, reading

_FIXED = (
    "", "abc/", "tjenester/", "innsatstrapp", "hvem-gjor-hva", "hjelpemidler", "tilbud", "moteplasser",
    "nodnummer", "frakoblet", "utdeling", "foresla", "ordliste", "andre-sprak/", "selvsjekk/", "min-plan", *PAGES,
)  # fmt: skip
_OF_AGREEMENTS = ("avtale/", "avtale/eksempel")
"""What is closed where no agreement can be begun."""

_ONLY_PRIVATE = frozenset({"passkey.js", "answers.js", "sheet.js", "editor.js"})
"""What only pages that are not kept need."""


@bp.get("/sitemap.xml")
@public()
def sitemap() -> Response:
    """List every public page in every language."""
    languages = library().languages
    fixed = (*_FIXED, *_OF_AGREEMENTS) if library().takes_agreements else _FIXED
    paths = [[f"/{language}/{one}" for language in languages] for one in fixed]
    for kind in ("entry", "service", "task", "aid", "offer"):
        pages = library().pages(kind, languages[0])
        paths += [[address(kind, found.slug, language) for language in languages] for found in pages]
    checks = [slug for slug in library().selfcheck_slugs if library().has_selfcheck(slug)]
    paths += [[address("selfcheck", slug, language) for language in languages] for slug in checks]
    paths += [[address("plan", slug, language) for language in languages] for slug in library().plan_slugs]
    paths += [[f"/{language}/andre-sprak/{code}" for language in languages] for code in library().foreign_codes]
    if library().goals is not None:
        paths.append([f"/{language}/maal-og-tiltak" for language in languages])
    body = render_template("guide/sitemap.xml", base=base_url(), paths=paths, languages=languages)
    return Response(body, mimetype="application/xml")


@bp.get("/robots.txt")
@public()
def robots() -> Response:
    """Let search engines read the public pages."""
    lines = [
        "User-agent: *",
        "Disallow: /saker/",
        "Disallow: /redaksjon/",
        "Disallow: /admin/",
        "Disallow: /innlogging",
        "Disallow: /id/",
    ]
    return Response("\n".join([*lines, f"Sitemap: {base_url()}/sitemap.xml", ""]), mimetype="text/plain")


@bp.get("/.well-known/security.txt")
@public()
def security() -> Response:
    """Say whom to tell of a security fault (RFC 9116); it expires half a year ahead."""
    first = datetime.combine(tenancy.day(), time(), UTC)
    lines = [
        f"Contact: mailto:{library().municipality.facts['email']}",
        f"Expires: {(first + timedelta(days=180)).isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: nb, nn, en",
        f"Canonical: {base_url()}/.well-known/security.txt",
    ]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


@bp.get("/bilde/<digest>.webp")
@public(cached=False)
@reading
def image(digest: str) -> Response:
    """Give an image that stands in this municipality's pages; its address changes with what it holds."""
    body = queries.image(db(), digest) if digest in library().image_digests else None
    if body is None:
        raise NotFoundError
    response = Response(body, mimetype="image/webp")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = f'attachment; filename="{digest[:12]}.webp"'
    response.set_etag(digest)
    response.make_conditional(request)
    return response


@bp.get("/sw.js")
@public()
def worker() -> Response:
    """Give the service worker, with what it must know of this release and this municipality."""
    names = sorted(manifest())
    files = [asset(name) for name in names if name != "sw.js" and name not in _ONLY_PRIVATE]
    facts = {
        "release": sha256("".join(map(asset, names)).encode()).hexdigest()[:12],
        "files": files + [theme for theme in (site.theme_address(),) if theme],
        "assets": {name: asset(name) for name in names},
        "languages": library().languages,
        "words": {language: _from_before(language) for language in library().languages},
    }
    body = f"const SITE = {json.dumps(facts, ensure_ascii=False)};\n{text_of('sw.js')}"
    return Response(body, mimetype="text/javascript")


def _from_before(language: str) -> str:
    with force_locale(language):
        found = gettext(
            "You have no net. This is the page as it was on %(day)s at %(clock)s.", day="{day}", clock="{clock}"
        )
        return str(found)


@bp.get("/manifest.webmanifest")
@public()
def web_manifest() -> Response:
    """Say how the site is put on a telephone's home screen."""
    municipality, first = library().municipality, library().languages[0]
    with force_locale(first):
        name = gettext("Who does what? %(municipality)s", municipality=municipality.name)
    facts = {
        "id": "/", "name": name, "short_name": municipality.name, "lang": first, "scope": "/",
        "start_url": f"/{first}/", "display": "minimal-ui", "background_color": "#ffffff", "theme_color": "#005db1",
        "icons": [
            {"src": asset(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size in (192, 512) for purpose in ("any", "maskable")
        ],
    }  # fmt: skip
    return Response(json.dumps(facts, ensure_ascii=False), mimetype="application/manifest+json")


@bp.get("/tema/<name>.css")
@public(cached=False)
def theme(name: str) -> Response:
    """Give the municipality's colours; the address changes with them."""
    body = site.theme(f"/tema/{name}.css")
    if body is None:
        raise NotFoundError
    response = Response(body, mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
