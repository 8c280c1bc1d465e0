"""What a move up or down to another plan changes. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from b24app.plans.advice import Need, locked_out
from b24app.plans.plan_catalogue import FREE, Plan
from b24app.text.messages import N_


@dataclass(frozen=True, slots=True)
class Impact:
    """One consequence of changing the plan; `level` is fail, warn, unknown or pass, `used` the measures it is about."""

    code: str
    level: str
    message: str
    values: Mapping[str, Decimal | int | str]
    used: tuple[tuple[str, Decimal], ...] = ()


def impacts(need: Need, source: Plan, target: Plan, owners: int = 0) -> tuple[Impact, ...]:
    """The consequences of moving, the worst first; `owners` is how many people hold integrations."""
    if target.rank > source.rank or (target.limit("users") or 0) > (source.limit("users") or 0):
        return _upward(source, target)
    found = [line for part in _PARTS for line in part(need, source, target)]
    if owners and locked_out(need, target):
        found.append(
            Impact(
                "owners",
                "warn",
                N_("People who own integrations may be locked out: %(count)s"),
                {"count": owners},
            )
        )
    weight = {"fail": 0, "warn": 1, "unknown": 2, "pass": 3}
    return tuple(sorted(found, key=lambda line: weight[line.level]))


def _upward(source: Plan, target: Plan) -> tuple[Impact, ...]:
    lines = [
        Impact("data_stays", "pass", N_("All data stays, new functions work at once."), {}),
        Impact("unused_time", "unknown", N_("Unused days are credited differently: ask before paying."), {}),
    ]
    faster, now = target.limit("rest_per_second"), source.limit("rest_per_second")
    if faster and now and faster > now:
        lines.append(
            Impact("faster", "pass", N_("Integrations may ask the portal more often."), {"count": faster})
        )
    return tuple(lines)


def _people(need: Need, _source: Plan, target: Plan) -> Iterator[Impact]:
    if count := locked_out(need, target):
        yield Impact(
            "locked_out",
            "fail",
            N_(
                "Employees who cannot log in: %(count)s. The first %(seats)s get in, and an administrator may not be one."
            ),
            {"count": count, "seats": target.limit("users") or 0},
        )


def _reports(need: Need, source: Plan, target: Plan) -> Iterator[Impact]:
    if source.has("bi_builder") is not False and target.has("bi_builder") is False:
        count = int(need.get("bi_reports", Decimal(0)))
        text = N_("BI Builder reports are deleted for good: %(count)s. Export them first.")
        if count:
            yield Impact("bi_destroyed", "fail", text, {"count": count})
        else:
            text = N_("BI Builder must be switched off; its reports are deleted for good.")
            yield Impact("bi_destroyed", "warn", text, {})


def _processes(need: Need, source: Plan, target: Plan) -> Iterator[Impact]:
    if source.has("business_processes") is not False and target.has("business_processes") is False:
        count = int(need.get("business_processes", Decimal(0)))
        level = "fail" if count else "warn"
        yield Impact(
            "processes_stop", level, N_("Business processes that stop: %(count)s."), {"count": count}
        )
    if source.has("robots") is not False and target.has("robots") is False:
        yield Impact("robots_stop", "fail", N_("Robots stop firing; their settings stay."), {})


def _disk(need: Need, _source: Plan, target: Plan) -> Iterator[Impact]:
    limit, used = target.limit("disk_gb"), need.get("disk_gb")
    if limit is not None and used is not None and used > limit:
        text = N_("Disk to be freed: %(count)s GB. New files will not upload, old ones stay.")
        yield Impact("disk", "warn", text, {"count": used - limit})


def _counted(need: Need, _source: Plan, target: Plan) -> Iterator[Impact]:
    texts = {
        "pipelines": N_("Pipelines to be deleted by hand before the move: %(count)s."),
        "administrators": N_("Administrators above the limit: %(count)s."),
        "smart_processes": N_("Smart processes above the limit: %(count)s."),
        "sites": N_("Sites above the limit: %(count)s."),
    }
    unlimited: list[tuple[str, Decimal]] = []
    for code, text in texts.items():
        used, limit = need.get(code), target.limit(code)
        if used and limit is None:
            unlimited.append((code, used))
        elif used and limit is not None and used > limit:
            yield Impact(code, "fail", text, {"count": used - limit})
    if unlimited:
        unknown = N_("The limit of the plan is not stated anywhere: run the plan compatibility scanner.")
        yield Impact("limits_unknown", "unknown", unknown, {}, tuple(unlimited))


def _features(_need: Need, source: Plan, target: Plan) -> Iterator[Impact]:
    if source.has("own_domain") and target.has("own_domain") is False:
        yield Impact("own_domain", "warn", N_("Your own domain must be detached first."), {})
    if source.has("auth_connector") and target.has("auth_connector") is False:
        text = N_("Integrations lose the safe exchange queue with marking of the source.")
        yield Impact("auth_connector", "warn", text, {})
    slower, now = target.limit("rest_bucket"), source.limit("rest_bucket")
    if slower and now and slower < now:
        text = N_(
            "Integrations must ask the portal less often: %(count)s requests at once instead of %(before)s."
        )
        yield Impact("slower", "warn", text, {"count": slower, "before": now})
    if target.code == FREE:
        text = N_("Applications, webhooks and the exchange with the site stop.")
        yield Impact("rest_stops", "fail", text, {})


_PARTS: tuple[Callable[[Need, Plan, Plan], Iterator[Impact]], ...] = (
    _people,
    _reports,
    _processes,
    _disk,
    _counted,
    _features,
)
