"""The sandbox that tests begin with: an authorization server and our application's card, no portal yet."""

from b24app.manifest import read_manifest
from sandbox.world import World
from tests.story import CLIENT_ID, CLIENT_SECRET, DAY_OF_THE_STORY

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "DAY_OF_THE_STORY", "new_world"]


def new_world() -> World:
    """Return a world on the day of the story."""
    world = World(now=DAY_OF_THE_STORY)
    world.register_application(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        title="Продление без простоя",
        app_url="https://renewal.example/app",
        install_url="https://renewal.example/install",
        redirect_url="https://renewal.example/sign-in/callback",
        scopes=read_manifest().scopes,
    )
    return world
