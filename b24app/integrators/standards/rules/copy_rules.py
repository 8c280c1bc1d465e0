"""Rules of the copy that this application makes: its age, and whether it is verified."""

from b24app.clock import CLOCKS_DIFFER
from b24app.integrators.rights import Right
from b24app.integrators.standards.standard_rule import (
    NOTHING,
    OFF,
    ON,
    Comparing,
    FoundReading,
    KnownOfPortal,
    Lack,
    NotRead,
    StandardRule,
)
from b24app.text.messages import N_, P_

BY_COPY = N_("by the copy itself")
DAY = 24


def read_copied_at(known: KnownOfPortal) -> FoundReading:
    """The moment whose state the newest copy holds."""
    _refuse_ahead(known)
    if known.copied_at is None:
        return known.found(NOTHING, read_at=known.now)
    return FoundReading(moment=known.copied_at, read_at=known.now)


def read_verified(known: KnownOfPortal) -> FoundReading:
    """Whether all proofs of the newest copy hold."""
    _refuse_ahead(known)
    if known.copied_at is None:
        return known.found(NOTHING, read_at=known.now)
    return known.found(ON if known.copy_verified else OFF, read_at=known.now)


def _refuse_ahead(known: KnownOfPortal) -> None:
    """Refuse a copy dated in the future, which a wrong clock has written: its age is unknown."""
    if known.copied_at is not None and known.copied_at - known.now > CLOCKS_DIFFER:
        raise NotRead(Lack.AHEAD)


RULES = (
    StandardRule(
        code="copy_age",
        title=P_("standard", "Copy"),
        right=Right.COPY,
        comparing=Comparing.AGE,
        usual=DAY,
        read=read_copied_at,
        source=BY_COPY,
        words={NOTHING: N_("no copy")},
        choices=(DAY, DAY // 2, 36, 2 * DAY, 3 * DAY, 7 * DAY),
        icon="database",
        place="/copy",
    ),
    StandardRule(
        code="copy_verified",
        title=N_("Copy verified"),
        right=Right.COPY,
        comparing=Comparing.SAME,
        usual=ON,
        read=read_verified,
        source=BY_COPY,
        words={ON: P_("copy", "verified"), OFF: P_("copy", "not verified"), NOTHING: N_("no copy")},
        choices=(ON,),
        icon="database",
        place="/copy",
    ),
)
