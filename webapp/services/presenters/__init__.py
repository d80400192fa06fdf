"""The pages of services, tasks, aids, offers and places, as what stands on them."""

from webapp.services.presenters.aid import AidPage, OfferPage, Place, PlacesPage, aids_page, offers_page
from webapp.services.presenters.service import ServicePage, ServicesPage, StaircasePage
from webapp.services.presenters.task import TaskCard, TasksPage

__all__ = [
    "AidPage",
    "OfferPage",
    "Place",
    "PlacesPage",
    "ServicePage",
    "ServicesPage",
    "StaircasePage",
    "TaskCard",
    "TasksPage",
    "aids_page",
    "offers_page",
]
