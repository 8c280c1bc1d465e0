"""Reads the use of the plan, paid terms and the disk from a run; a job adds the disk up, or a person states it."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from sqlalchemy import select

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import listed
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.gather import BatchClient
from b24app.checklist.engine.own_facts import DiskUse
from b24app.checklist.engine.runs import step
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.channels.sip_connector import SipConnector
from b24app.checklist.facts.crm.crm_totals import CrmTotals
from b24app.checklist.facts.crm.pipelines import Pipelines
from b24app.checklist.facts.crm.process_templates import ProcessTemplates
from b24app.checklist.facts.crm.smart_processes import SmartProcesses
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.checklist.facts.plan.employees import Employees
from b24app.checklist.facts.plan.user_totals import UserTotals
from b24app.checklist.facts.site.sites import Sites
from b24app.checklist.model import DiskCount
from b24app.checklist.questions.answers import current_answers
from b24app.database import current_portal_id, db, portal_scope
from b24app.deadline import seconds_left, within
from b24app.json_values import Json, JsonObject, is_array
from b24app.plans.usage import Point
from b24app.portal_rows import PortalRows
from b24app.portals.model import Portal
from b24app.services import services
from b24app.sources import PERSON
from b24app.terms.corrections import current_plan
from b24app.terms.date_suggestions import Suggestion, keep_suggestions, suggest_from_app
from b24app.terms.paid_terms import change_paid_term, list_paid_terms, set_paid_term
from b24app.terms.profile import note_license
from b24app.terms.term import Author, TermKind
from b24app.terms.usage_records import record_measures, stated_by_person

PORTAL = Author(None, "")


def keep_usage(facts: Facts, now: datetime, today: date) -> None:
    """Store the measures, the plan code and the hints of dates from a run."""
    orders = facts.of(OrderMonths)
    months = orders.months if orders else ()
    measures = [(code, count, today) for code, count in measures_of(facts)]
    record_measures([*measures, *(("orders", one.count, one.first_day.date()) for one in months)], at=now)
    if (application := facts.of(Application)) is not None:
        _note_license(application, now, today)
    if (telephony := facts.of(SipConnector)) is not None and telephony.paid_until is not None:
        _note_telephony(telephony.paid_until, now)


def measures_of(facts: Facts) -> Iterator[tuple[str, int]]:
    """Counts of the present day; what the portal did not answer is left out, never zero."""
    yield from _people(facts)
    if (deals := facts.of(CrmTotals)) is not None and "deals" in deals.totals:
        yield "deals", deals.totals["deals"].count
    if (templates := facts.of(ProcessTemplates)) is not None:
        yield "business_processes", len(templates.rows) if templates.total is None else templates.total
    if (pipelines := facts.of(Pipelines)) is not None:
        yield "pipelines", len(pipelines.rows)
    if (processes := facts.of(SmartProcesses)) is not None:
        yield "smart_processes", len(processes.rows)
    if (sites := facts.of(Sites)) is not None:
        yield "sites", len(sites.rows)


def _people(facts: Facts) -> Iterator[tuple[str, int]]:
    """The numbers of people: all employees, and those whom the portal counts as long away."""
    people, totals = facts.of(Employees), facts.of(UserTotals)
    if people is not None:
        yield "users", people.total
    away = totals.away_of(people.total) if people is not None and totals is not None else None
    if away is not None:
        yield "idle_users", away


def _note_license(application: Application, now: datetime, today: date) -> None:
    if application.license and note_license(application.license, now):
        services().queue.later("plan_changed", current_portal_id())
    answer = {"STATUS": application.status, "DAYS": application.days}
    keep_suggestions(suggest_from_app(answer, today), now)


def _note_telephony(paid_until: date, now: datetime) -> None:
    """The only paid-till date in the documented API; a date stated by a person is only asked about, not replaced.

    Source: voximplant.sip.connector.status, PAID_DATE_END.
    """
    known = next((term for term in list_paid_terms() if term.kind == TermKind.TELEPHONY), None)
    if known is None:
        set_paid_term(TermKind.TELEPHONY, paid_until, by=PORTAL, at=now, source="portal")
    elif known.source == "portal":
        if known.ends_on != paid_until:
            change_paid_term(known.id, {"ends_on": paid_until}, by=PORTAL, at=now, source="portal")
    else:
        keep_suggestions(
            (Suggestion(TermKind.TELEPHONY, paid_until, "voximplant.sip.connector.status"),), now
        )


BATCH = 50
MOST_REQUESTS = 100
COUNT_AGAIN_AFTER = timedelta(days=6, hours=12)
WALK_SECONDS, ENOUGH_SECONDS = 300.0, 60.0
"""Seconds for a whole walk, and for a request of fifty pages."""
STORAGES = Command("disk.storage.getList", {"order": {"ID": "ASC"}, "start": 0}, write=False)
GB = 1024**3
Stated = tuple[float, str, datetime]


@dataclass(slots=True)
class Walk:
    """The sum so far; `whole` is False once something was refused or left out."""

    size: int = 0
    folders: int = 0
    whole: bool = True
    seen: set[str] = field(default_factory=set)

    @property
    def files(self) -> int:
        """How many files were counted, each once, even if linked several times."""
        return len(self.seen)

    def add(self, rows: object) -> Iterator[Command]:
        """Count the files of one page and yield the requests for its folders."""
        for row in listed(rows) if is_array(rows) else ():
            if str(row.get("DELETED_TYPE") or "0") != "0":
                continue
            if row.get("TYPE") == "file":
                self._add_file(row)
            elif row.get("TYPE") == "folder" and row.get("REAL_OBJECT_ID", row.get("ID")) == row.get("ID"):
                self.folders += 1
                yield children("disk.folder.getChildren", row["ID"])

    def _add_file(self, row: JsonObject) -> None:
        key, size = str(row.get("FILE_ID") or f"object {row.get('ID')}"), str(row.get("SIZE") or "")
        if key not in self.seen and size.isdecimal():
            self.seen.add(key)
            self.size += int(size)


def children(method: str, number: Json, start: int = 0) -> Command:
    """One page of the contents of a storage or a folder (api-reference/disk/folder/disk-folder-get-children.md)."""
    return Command(method, {"id": number, "order": {"ID": "ASC"}, "start": start}, write=False)


def walk_disk(client: BatchClient) -> Walk:
    """Add up every file that may be read, fifty pages a request; a disk too large, or a portal too slow, is left unfinished."""
    walk, waiting = Walk(), deque([STORAGES])
    for _ in range(MOST_REQUESTS):
        if not waiting:
            return walk
        if seconds_left() < ENOUGH_SECONDS:
            break
        commands = {str(place): waiting.popleft() for place in range(min(BATCH, len(waiting)))}
        for key, outcome in client.batch(commands).items():
            if isinstance(outcome, Answer):
                waiting.extend(_further(walk, commands[key], outcome))
            elif commands[key] is STORAGES:
                raise outcome
            else:
                walk.whole = False
    walk.whole = walk.whole and not waiting
    return walk


def _further(walk: Walk, asked: Command, answer: Answer) -> Iterator[Command]:
    """The requests that follow from an answer: its next page and its folders."""
    if answer.next is not None:
        yield Command(asked.method, {**asked.params, "start": answer.next}, write=False)
    if asked.method == STORAGES.method:
        yield from (children("disk.storage.getChildren", row["ID"]) for row in listed(answer.result))
    else:
        yield from walk.add(answer.result)


def count_disk(portal_id: int) -> None:
    """Walk over the disk of a portal and keep the sum: a job that only reads."""
    from b24app.portals.client_factory import open_client, pace

    portal = db.session.get(Portal, portal_id)
    if portal is None or "disk" not in portal.scopes:
        return
    with portal_scope(portal_id):
        with step():
            client = open_client(portal_id, background=True)
        with within(WALK_SECONDS, pace().steady):
            walk = walk_disk(client)
        row = DiskCount(counted_at=services().clock.now())
        row.size, row.files, row.folders, row.whole = walk.size, walk.files, walk.folders, walk.whole
        with step():
            db.session.add(row)


def is_count_due(now: datetime) -> bool:
    """Whether a night should count again: a walk of many requests for a sum that moves slowly; a person may ask for it any time."""
    last = latest_count()
    return last is None or not now - COUNT_AGAIN_AFTER < last.counted_at <= now


DISK_COUNTS = PortalRows(select(DiskCount).order_by(DiskCount.id))


def latest_count() -> DiskCount | None:
    """The newest sum of this portal."""
    return next(reversed(DISK_COUNTS.read()), None)


def read_disk_use(license_code: str, points: Sequence[Point] | None = None) -> DiskUse:
    """The use of the disk: our sum, what a person stated last, the limit of the plan; `points` are measures that were read already."""
    row = latest_count()
    value, who, at = max((_answered(), _measured(points)), key=_moment) or (None, "", None)
    return DiskUse(
        counted=round(row.size / GB, 2) if row else None,
        counted_at=row.counted_at if row else None,
        whole=bool(row and row.whole),
        told=value,
        told_by=who,
        told_at=at,
        limit=_limit(license_code),
    )


def _moment(stated: Stated | None) -> datetime:
    return stated[2] if stated else datetime.min.replace(tzinfo=UTC)


def _answered() -> Stated | None:
    """The gigabytes in the answer about the quota; a text that is no number is None."""
    answer = current_answers().get("ask_plan_quota")
    try:
        value = Decimal(answer.value.strip().replace(",", ".")) if answer else None
    except InvalidOperation:
        return None
    if answer is None or value is None or not value.is_finite() or value <= 0:
        return None
    return float(value), answer.user_name, answer.answered_at


def _measured(points: Sequence[Point] | None) -> Stated | None:
    """The measure that a person wrote down on the page of the plan."""
    if points is None:
        last = stated_by_person("disk_gb")
    else:
        last = next((point for point in reversed(points) if point.source == PERSON), None)
    if last is None:
        return None
    return float(last.value), last.said_by, datetime.combine(last.day, time(), UTC)


def _limit(license_code: str) -> int | None:
    plan = current_plan(license_code)
    return plan.limit("disk_gb") if plan else None
