"""`python -m b24app.cli`: the commands for integrators, on any machine that reaches the application."""

from b24app.cli.client_commands import clients

clients()
