"""The one list of the rooms and what each brings: routes, command groups."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter

from webapp.administration import current as of_administration
from webapp.administration.receiving import StoredReceivers
from webapp.administration.views import bp as administration
from webapp.agreements.actions.people import confirm_by_provider
from webapp.agreements.views import bp as agreements
from webapp.casework.views import bp as casework
from webapp.content import site
from webapp.editorial.views import bp as editorial
from webapp.feedback.views import bp as feedback
from webapp.gateways.receivers import receivers
from webapp.guide.views import bp as guide
from webapp.identity import arrival, current, providers
from webapp.identity.domain.passwords import Hasher
from webapp.identity.views import bp as identity
from webapp.insight.views import bp as insight
from webapp.kernel.clock import Clock
from webapp.kernel.language import LANGUAGES
from webapp.operations.views import bp as operations
from webapp.planner.views import bp as planner
from webapp.referrals.views import bp as referrals
from webapp.search.views import bp as search
from webapp.selfchecks.views import bp as selfchecks
from webapp.services.views import bp as services
from webapp.settings import Settings
from webapp.web.transactions import DATABASE

BLUEPRINTS = (
    identity, search, services, guide, planner, feedback, selfchecks, referrals, agreements, administration, casework,
    editorial, insight, operations,
)  # fmt: skip


class LanguageConverter(BaseConverter):
    """The language in an address."""

    regex = "|".join(LANGUAGES)


class AgreementConverter(BaseConverter):
    """The id of an agreement in an address: 32 hexadecimal digits, so that no word of an address is taken for one."""

    regex = "[0-9a-f]{32}"


def install(app: Flask, settings: Settings, clock: Clock, hasher: Hasher) -> None:
    """Put every room's routes on the application."""
    app.url_map.converters["language"] = LanguageConverter
    app.url_map.converters["agreement"] = AgreementConverter
    site.install(app)
    current.install(app, settings)
    providers.install(app, settings, clock)
    app.extensions[of_administration.RECEIVERS] = StoredReceivers(app.extensions[DATABASE], receivers(settings))
    app.extensions[arrival.HASHER] = hasher
    app.extensions[arrival.SHOWN] = confirm_by_provider
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
