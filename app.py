"""The door for gunicorn and flask: `app:app`."""

from b24app import create_app

app = create_app()
