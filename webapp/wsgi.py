"""The application that a WSGI server imports."""

from webapp.app import create_app
from webapp.settings import load
from webapp.web import logs

logs.configure()
app = create_app(load()).front
