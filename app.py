"""The door for gunicorn and flask: `app:app`."""

from flask.cli import NoAppException

from b24app import create_app
from b24app.errors import SettingsWrong

try:
    app = create_app()
except SettingsWrong as error:
    # `flask` prints this as one message; gunicorn.conf.py has refused before it comes here.
    raise NoAppException(str(error)) from None
