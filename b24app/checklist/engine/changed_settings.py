"""Judges settings of which only fingerprints are kept: what was changed since the baseline, and how many were compared. Pure."""

from collections.abc import Container, Mapping
from typing import Protocol

from b24app.checklist.engine.verdict import Verdict, not_used, passed, seen, warned
from b24app.text.messages import N_


class HasFingerprint(Protocol):
    """Settings of which only a fingerprint is kept."""

    @property
    def fingerprint(self) -> str:
        """A digest that is equal for equal settings."""
        ...

    @property
    def is_shown(self) -> bool:
        """Whether the portal shows any of them at all."""
        ...


class HasName(Protocol):
    """An object with a name."""

    @property
    def name(self) -> str:
        """Its name for people."""
        ...


def judge_settings(
    before: Mapping[str, HasFingerprint],
    now: Mapping[str, HasFingerprint],
    objects: Mapping[str, HasName],
    at_work: Container[str],
    same: str,
) -> Verdict:
    """Warn of objects at work whose settings have another fingerprint; of one that is switched off it is a remark.

    `same` is the text for no change; it may use `count`, the number of objects at work that were compared.
    """
    known = [key for key in now if key in before and key in objects]
    changed = [key for key in known if before[key].fingerprint != now[key].fingerprint]
    loud = tuple(objects[key].name for key in changed if key in at_work)
    if loud:
        return warned(
            N_("Settings were changed: %(names)s"),
            N_("Values are not kept, only the fact of the change"),
            names=loud,
        )
    count = sum(key in at_work and now[key].is_shown for key in known)
    if not count:
        return not_used(N_("The portal shows no settings to compare"))
    quiet = tuple(objects[key].name for key in changed)
    remarks = (seen(N_("Changed while switched off"), value=quiet),) if quiet else ()
    return passed(same, None, remarks, count=count)
