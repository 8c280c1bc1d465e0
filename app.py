"""The door for gunicorn and flask: `app:app`."""

from flask.cli import NoAppException

from b24app.errors import SettingsWrong
from b24app.factory import create_app

try:
    app = create_app()
except SettingsWrong as error:
    # `flask` prints this as one message; gunicorn.conf.py has refused before it comes here.
    raise NoAppException(str(error)) from None
