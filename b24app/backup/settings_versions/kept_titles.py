"""What is kept of a portal's settings, by the titles of the entities themselves: the law page and the copy's page show the same."""

from b24app.backup.entities.entity import PortalShape, Tier, entities_of

ANY_PORTAL = PortalShape(frozenset(), smart_processes={0: ""}, catalogues=(0,))
"""A portal that has a smart process and a catalogue, so that no kind of entity is left out."""


def kept_titles() -> tuple[str, ...]:
    """The message ids of every kind of settings that is read by night, each once, in the order of reading."""
    return tuple(dict.fromkeys(one.title for one in entities_of(ANY_PORTAL, Tier.SETTINGS)))
