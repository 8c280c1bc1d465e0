"""The sandbox that tests begin with: an authorization server and our application's card, no portal yet."""

from datetime import UTC, datetime

from b24app.manifest import read_manifest
from sandbox.world import World

DAY_OF_THE_STORY = datetime(2026, 11, 30, 6, 40, tzinfo=UTC)  # 09:40 in Moscow, look.md
CLIENT_ID = "local.renewal.test"
CLIENT_SECRET = "secret-of-the-application"


def new_world() -> World:
    """Return a world on the day of the story."""
    world = World(now=DAY_OF_THE_STORY)
    world.register_application(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        title="Продление без простоя",
        app_url="https://renewal.example/app",
        install_url="https://renewal.example/install",
        redirect_url="https://renewal.example/partner/callback",
        scopes=read_manifest().scopes,
    )
    return world
