"""Facts from our own side: terms, plan limits, our own parts, answers of people, public addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from b24app.checklist.test_writes.write_outcome import WriteOutcomes

TOLD_HOLDS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class OtherTerm:
    """One paid term: when it ends, who entered that, whether a person confirmed it, and how it is renewed.

    `told_by_portal`: the end came from the portal, not from a person. `hinted` is an end that the portal returned and no person
    has confirmed, `known_at` the last look of a person.
    """

    kind: str
    title: str
    ends_on: date | None
    confirmed: bool = False
    said_at: datetime | None = None
    bought: bool = False
    autopay: bool = False
    period_months: int | None = None
    hinted: date | None = None
    known_at: datetime | None = None
    told_by_portal: bool = False


@dataclass(frozen=True, slots=True)
class PayingRules:
    """The inputs of the day to pay for the main term: the bank's country, the method of payment, the rules of renewal."""

    country: str
    transfer_days: int
    approval_days: int
    invoice: bool
    window_days: int
    warning_days: int
    grace_days: int
    activation_days: int
    late_activation_days: int


@dataclass(frozen=True, slots=True)
class Terms:
    """The paid terms; older releases kept no `paying`."""

    rows: tuple[OtherTerm, ...]
    paying: PayingRules | None = None

    def of(self, kind: str) -> OtherTerm | None:
        """The term of a kind, the one that ends first."""
        mine = [row for row in self.rows if row.kind == kind]
        return min(mine, key=lambda row: row.ends_on or date.max, default=None)


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """Limits of the plan from our dated table; None means that there is no source.

    `no_seat_limit`: a source states that employees are not limited. `orders` is the size of shop that the plan is advised
    for, `orders_said_by` the person who entered it here, empty for the integrator's article.
    """

    code: str
    users: int | None = None
    orders: int | None = None
    source: str = ""
    no_seat_limit: bool = False
    orders_said_by: str = ""


@dataclass(frozen=True, slots=True)
class OwnParts:
    """What this application must have in the portal, by its manifest."""

    host: str
    events: tuple[str, ...]
    placements: tuple[str, ...]
    version: int
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """One public address as seen from our server.

    `guarded`: it answers, and its guard against robots does not let our look in. `moved_to` is the host of another site that it
    leads to. `page_seen` is False when the answer is not the whole page of the site, so that its counters are unknown.
    """

    host: str
    ok: bool
    status: int | None = None
    days_of_certificate: int | None = None
    problem: str = ""
    counters: tuple[str, ...] = ()
    guarded: bool = False
    moved_to: str = ""
    page_seen: bool = True

    def certificate_ends_within(self, days: int) -> bool:
        """Whether its certificate ends soon: most are renewed automatically a month before."""
        return self.ok and self.days_of_certificate is not None and self.days_of_certificate < days


@dataclass(frozen=True, slots=True)
class PublicAddresses:
    """Sites by their id, servers of handlers by host, and those that people wrote into the register."""

    sites: Mapping[str, PublicAddress] = field(default_factory=dict)
    hosts: Mapping[str, PublicAddress] = field(default_factory=dict)
    registered: Mapping[str, PublicAddress] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """An application or webhook that the administrator wrote down."""

    kind: str
    name: str
    owner_id: int | None = None
    host: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Register:
    rows: tuple[RegisterEntry, ...]


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest copy that was made or confirmed; `day_only`: a person named its day without an hour."""

    made_at: datetime | None = None
    verified: bool = False
    day_only: bool = False


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """The state of the application's own copy: `missing` are the titles of the failed proofs, as message ids, `why` is the first.

    `fresh`: it is of the last 24 hours where that is demanded, from the day before the end on. `losses` wait for a decision;
    `unwatched`: they were not looked for in two nights.
    `former_key` is the code of the key that opens it, where that is not in use any more. `without` are the titles of parts that
    the copy did not read, `without_rights` is set when a right is missing for one of them.
    """

    set_up: bool = False
    made_at: datetime | None = None
    verified: bool = False
    damaged: bool = False
    missing: tuple[str, ...] = ()
    why: str = ""
    fresh: bool = True
    without: tuple[str, ...] = ()
    without_rights: bool = False
    former_key: str = ""
    being_made: bool = False
    losses: int = 0
    unwatched: bool = False


@dataclass(frozen=True, slots=True)
class PutBack:
    """How many records this application has put back under new numbers since the snapshot, by kind as totals name it."""

    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DiskUse:
    """The disk in gigabytes: what we counted, which is never too much, what a person read in “My plan”, the limit."""

    counted: float | None = None
    counted_at: datetime | None = None
    whole: bool = False
    told: float | None = None
    told_by: str = ""
    told_at: datetime | None = None
    limit: int | None = None

    def stated_lately(self, now: datetime) -> float | None:
        """What a person read in “My plan” within thirty days."""
        return self.told if self.told_at and now - self.told_at <= TOLD_HOLDS else None

    def in_use(self, now: datetime) -> float | None:
        """The gigabytes that count, on the page and in the check: the larger of both, since our sum is never too much."""
        return max(
            (value for value in (self.stated_lately(now), self.counted) if value is not None), default=None
        )


@dataclass(frozen=True, slots=True)
class ReturnedTestEvents:
    """When the newest test events came, by what they carried."""

    came: Mapping[str, datetime] = field(default_factory=dict)


OWN_FACTS: Mapping[str, type] = {
    "terms": Terms,
    "plan_limits": PlanLimits,
    "own_parts": OwnParts,
    "public_addresses": PublicAddresses,
    "register": Register,
    "last_backup": LastBackup,
    "own_copy": OwnCopy,
    "put_back": PutBack,
    "probes": WriteOutcomes,
    "disk_use": DiskUse,
    "event_echoes": ReturnedTestEvents,
}
