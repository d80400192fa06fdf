"""The application that a WSGI server imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.app import create_app
from webapp.kernel.memory import use_one_heap
from webapp.settings import load
from webapp.web import logs

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

logs.configure()
use_one_heap()
settings = load()
avklart = create_app(settings)
avklart.counters.start()
app: WSGIApplication = avklart.front
if settings.trusted_hops:
    # The nearest proxies say who asks and over what; the host name they pass on unchanged (L5).
    app = ProxyFix(app, x_for=settings.trusted_hops, x_proto=settings.trusted_hops, x_host=0)
