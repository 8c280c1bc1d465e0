"""An application with every scope, in a portal with the large shop."""

from __future__ import annotations

import requests

from sandbox.world import World
from tests.sandbox.caller import Caller

SCOPES = (
    "biconnector", "bizproc", "calendar", "cashbox", "catalog", "crm", "delivery", "department", "disk",
    "documentgenerator", "entity", "im", "imconnector", "imopenlines", "landing", "lists", "log", "mailservice", "main", "messageservice", "pay_system",
    "placement", "sale", "sonet", "task", "telephony", "user", "userfieldconfig",
)  # fmt: skip


def a_client(world: World, session: requests.Session) -> Caller:
    portal = world.add_portal("docs.bitrix24.example")
    card = world.register_application(
        client_id="local.docs",
        client_secret="s",
        title="Docs",
        app_url="https://app.example/app",
        scopes=SCOPES,
    )
    portal.add_application(card)
    portal.finish_install(card)
    return Caller(portal, card, session)
