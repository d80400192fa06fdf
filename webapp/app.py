"""Making the application: the glue first, then the rooms in their order."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from webapp import rooms
from webapp.content.current import Bookshelf
from webapp.kernel.clock import Clock, SystemClock
from webapp.settings import Settings
from webapp.storage.counters import Counters
from webapp.storage.session import Database
from webapp.web import errors, front, gallery, headers, health, i18n, limits, logs, pages, templating, tenancy


@dataclass(frozen=True, slots=True)
class Avklart:
    """The application as servers call it (`front`), and its parts for tests and commands."""

    front: front.Front
    flask: Flask
    database: Database
    bookshelf: Bookshelf


def create_app(settings: Settings, *, clock: Clock | None = None) -> Avklart:
    """Make the application from its settings."""
    app = Flask("webapp", static_folder=None)
    app.config.update(SECRET_KEY=settings.secret_key, PROPAGATE_EXCEPTIONS=False)
    database = Database(settings.database_url)
    bookshelf = Bookshelf(database, settings, clock or SystemClock())
    app.extensions["avklart.settings"] = settings
    app.extensions[tenancy.EXTENSION] = bookshelf
    app.extensions["avklart.counters"] = Counters(database, clock or SystemClock())
    pages.htmx.init_app(app)
    front.install(app)  # after-request functions run in reverse: the mark is set last
    headers.install(app, settings)
    logs.install(app)
    tenancy.install(app)
    limits.install(app)
    i18n.install(app)
    templating.install(app)
    errors.install(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(gallery.bp)
    rooms.install(app)
    return Avklart(front.Front(app, bookshelf, settings), app, database, bookshelf)
