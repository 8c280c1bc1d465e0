"""`python -m b24app make-key`: what can be done before the settings exist."""

import click

from b24app.cli import make_key

if __name__ == "__main__":
    click.Group("b24app", commands=[make_key], help="Commands that need no settings.")()
