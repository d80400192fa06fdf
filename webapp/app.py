"""Making the application: the glue first, then the rooms in their order."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from webapp import rooms
from webapp.content.current import Bookshelf
from webapp.gateways.seal import open_sealer
from webapp.identity import demo
from webapp.identity.domain.passwords import Hasher
from webapp.kernel.clock import Clock, SystemClock
from webapp.settings import Settings
from webapp.storage import schema
from webapp.storage.counters import Counters
from webapp.storage.keys import open_keys
from webapp.storage.session import Database
from webapp.web import (
    access,
    errors,
    front,
    gallery,
    headers,
    health,
    i18n,
    limits,
    logs,
    measuring,
    pages,
    templating,
    tenancy,
    throttle,
    transactions,
    working_copy,
)


@dataclass(frozen=True, slots=True)
class Avklart:
    """The application as servers call it (`front`), and its parts for tests and commands."""

    front: front.Front
    flask: Flask
    database: Database
    bookshelf: Bookshelf
    counters: Counters


def create_app(settings: Settings, *, clock: Clock | None = None, hasher: Hasher | None = None) -> Avklart:
    """Make the application from its settings; raise StartError where its keys do not fit its database."""
    time = clock or SystemClock()
    app = Flask("webapp", static_folder=None)
    older = [settings.old_secret_key] if settings.old_secret_key else []
    app.config.update(SECRET_KEY=settings.secret_key, SECRET_KEY_FALLBACKS=older, PROPAGATE_EXCEPTIONS=False)
    database = Database(settings.database_url, may_be_made=settings.is_demo)
    schema.refuse_newer(database)
    open_keys(database, settings, time)
    if not settings.is_demo:
        demo.refuse_people(database)
    bookshelf = Bookshelf(database, settings, time)
    app.extensions["avklart.settings"] = settings
    app.extensions[tenancy.EXTENSION] = bookshelf
    app.extensions["avklart.sealer"] = open_sealer(settings, time)
    counters = app.extensions["avklart.counters"] = Counters(database, time)
    transactions.install(app, database, time)
    throttle.install(app, settings, database, time)
    pages.htmx.init_app(app)
    front.install(app)  # after-request functions run in reverse: the mark is set last
    headers.install(app, settings)
    measuring.install(app, meter := measuring.Meter(settings.data))
    logs.install(app)
    tenancy.install(app)
    limits.install(app)
    i18n.install(app)
    templating.install(app)
    errors.install(app)
    access.install(app)
    working_copy.install(app, settings)
    app.register_blueprint(health.bp)
    app.register_blueprint(gallery.bp)
    rooms.install(app, settings, time, hasher or Hasher())
    before = front.Front(app, bookshelf, settings, meter)
    counters.sources.append(before.take_seen)
    return Avklart(before, app, database, bookshelf, counters)
