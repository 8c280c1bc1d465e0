"""Deals that were on a lost stage: moved back to it, unless they were closed or moved since (crm.stagehistory.list)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.plan import Action, Operation, Pair, RestoreChoice, StageLane
from b24app.backup.restore.stage_places import DEALS
from b24app.backup.restore.writer import FoundObject, Line, ObjectStanding, Written
from b24app.comparison.object_changes import Difference
from b24app.json_values import Json, JsonObject
from b24app.rest_client import Command
from b24app.text.messages import N_, sentence

HISTORY = "crm.stagehistory.list"
GROUP = "deals"
AT_ONCE = 50
MOST = 2000
STAGE = N_("stage")
CLOSED = N_("It was closed since.")
MOVED = N_("Somebody has moved it further since.")
MOVED_AGAIN = N_("Somebody has moved it since, so it stays where it is.")
DATE = N_("Date of the move")
OLDER = N_("Older deals")
NOT_LOOKED_AT = N_(
    "They were on this stage once. One restore looks at the 2,000 newest deals: whether these stood on it, a person has to see."
)
DATE_STAYS = N_(
    "The history of the deals shows the move back with the present date; the former dates stay in the copy."
)
FINAL = ("S", "F")


@dataclass(frozen=True, slots=True)
class Moves:
    """The history of stages of one deal: its stage then, and how often it was moved since."""

    then: str
    since: int


@dataclass(frozen=True, slots=True)
class DealStageWriter:
    """One operation a deal; all of a restore have one tick."""

    kind: str = "deal_stage"
    title: str = N_("Deal")
    place: int = 31
    lines: tuple[str, ...] = ("stage",)

    def serves(self, entity: str) -> bool:  # noqa: ARG002
        """False: it writes no settings."""
        return False

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """The deals of a lost stage of deals."""
        entity, _, code = line.key.partition(":")
        if line.difference is Difference.LOST and DEALS.match(entity) and line.as_of is not None:
            row: JsonObject = {"stage": code, "as_of": line.as_of.isoformat()}
            yield RestoreChoice(
                self.kind, "deal", line.key, line.name, row, line=(line.kind, line.key), place=line.place
            )

    def plan(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[Operation]:
        """A move for each deal that is on the stage where the loss has put it, a reason for each other one."""
        names = {
            str(row.get("STATUS_ID")): str(row.get("NAME")) for row in look.rows("crm.status.list", ORDERED)
        }
        for choice in choices:
            found = list(self._of_stage(choice, look, names))
            yield from found
            if any(one.writes for one in found):
                yield Operation(
                    number=0, kind=self.kind, entity="deal", key=f"{choice.key}:date", name=choice.name,
                    action=Action.CANNOT, title=DATE, why=sentence(DATE_STAYS), group=GROUP,
                )  # fmt: skip

    def _of_stage(
        self, choice: RestoreChoice, look: PortalLook, names: Mapping[str, str]
    ) -> Iterator[Operation]:
        row = choice.row or {}
        stage, as_of = str(row.get("stage", "")), datetime.fromisoformat(str(row.get("as_of")))
        owners = moved_since(look, stage, as_of)
        if older := len(owners[:-MOST]):
            yield Operation(
                number=0, kind=self.kind, entity="deal", key=f"{choice.key}:older", name=choice.name,
                action=Action.CANNOT, title=OLDER, why=sentence(NOT_LOOKED_AT), objects=older,
            )  # fmt: skip
        moves = {
            deal: one for deal, one in stood_then(look, owners[-MOST:], as_of).items() if one.then == stage
        }
        for deal in deals_of(look, sorted(moves)):
            number, here = str(deal.get("id")), str(deal.get("stageId", ""))
            if here == stage:
                continue
            why = reason(deal, moves[int(number)], look)
            title = str(deal.get("title") or f"№ {number}")
            yield Operation(
                number=0, kind=self.kind, entity="deal", key=number, name=title, id=number,
                action=Action.CANNOT if why else Action.CHANGE, title=self.title, why=sentence(why) if why else sentence(""),
                method="crm.item.update", params=update_of(number, stage),
                pairs=(Pair(STAGE, names.get(here, here), choice.name),),
                expects={"stageId": here}, wants={"stageId": stage}, group="" if why else GROUP,
                link=f"/crm/deal/details/{number}/",
            )  # fmt: skip

    def lanes(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[StageLane]:  # noqa: ARG002
        """Empty: the writer of stages returns them."""
        return ()

    def read_together(self, operations: Sequence[Operation], look: PortalLook) -> None:
        """The deals of a whole batch at once."""
        deals_of(look, [int(one.id) for one in operations if one.id])

    def stands(self, operation: Operation, look: PortalLook) -> FoundObject:
        """The state of a deal, by its stage."""
        rows = deals_of(look, [int(operation.id)])
        here = rows[0] if rows else None
        if here is None:
            return FoundObject(ObjectStanding.OTHER, operation.id)
        stage = here.get("stageId")
        if stage == operation.wants.get("stageId"):
            return FoundObject(ObjectStanding.DONE, operation.id)
        return FoundObject(
            ObjectStanding.READY if stage == operation.expects.get("stageId") else ObjectStanding.OTHER,
            operation.id,
        )

    def command(self, operation: Operation, look: PortalLook) -> Command:  # noqa: ARG002
        """The command as the preview planned it."""
        return Command(operation.method, operation.params, write=True)

    def id_of(self, operation: Operation, result: Json) -> str:  # noqa: ARG002
        """The deal's number, which stays."""
        return operation.id

    def present(self, operation: Operation, look: PortalLook) -> JsonObject | None:
        """The row of the deal; only its stage is changed."""
        rows = deals_of(look, [int(operation.id)])
        return rows[0] if rows else None

    def undo(self, written: Written, look: PortalLook) -> Operation:
        """Move it back to its former stage, unless it was moved since."""
        one = written.operation
        back, here = str(one.expects.get("stageId")), str(one.wants.get("stageId"))
        may = self.stands(one, look).standing is ObjectStanding.DONE
        if may:
            look.leaving[here] += 1
        return Operation(
            number=0, kind=self.kind, entity="deal", key=one.key, name=one.name, id=one.id,
            action=Action.CHANGE if may else Action.CANNOT, title=self.title,
            why=sentence("") if may else sentence(MOVED_AGAIN), method="crm.item.update",
            params=update_of(one.id, back), expects=one.wants, wants=one.expects,
            pairs=tuple(Pair(pair.title, pair.now, pair.was) for pair in one.pairs), link=one.link,
        )  # fmt: skip


ORDERED: JsonObject = {"order": {"SORT": "ASC"}}


def update_of(number: str, stage: str) -> JsonObject:
    """The parameters that move one deal."""
    return {"entityTypeId": 2, "id": int(number), "fields": {"stageId": stage}}


def moved_since(look: PortalLook, stage: str, as_of: datetime) -> list[int]:
    """Deals that were on the stage by that moment and were moved since; one that was not moved since has not lost it."""
    came = owners_of(look, {"STAGE_ID": stage, "<=CREATED_TIME": as_of.isoformat()})
    moved = owners_of(look, {">CREATED_TIME": as_of.isoformat()}) if came else set()
    return sorted(came & moved)


def stood_then(look: PortalLook, owners: Sequence[int], as_of: datetime) -> dict[int, Moves]:
    """The stage of each of these deals at that moment."""
    found: dict[int, Moves] = {}
    for part in parts_of(owners):
        rows = look.rows(HISTORY, {"entityTypeId": 2, "filter": {"OWNER_ID": part}})
        for owner in part:
            mine = sorted(
                (at_of(row), str(row.get("STAGE_ID")))
                for row in rows
                if str(row.get("OWNER_ID")) == str(owner)
            )
            before = [code for at, code in mine if at <= as_of]
            found[owner] = Moves(before[-1] if before else "", sum(at > as_of for at, _ in mine))
    return found


def owners_of(look: PortalLook, wanted: JsonObject) -> set[int]:
    """The deals of these records of the history."""
    rows = look.rows(HISTORY, {"entityTypeId": 2, "filter": wanted})
    return {int(str(row.get("OWNER_ID"))) for row in rows}


def parts_of(ids: Sequence[int]) -> Iterator[list[int]]:
    """Fifty numbers at a time."""
    for start in range(0, len(ids), AT_ONCE):
        yield list(ids[start : start + AT_ONCE])


def at_of(row: JsonObject) -> datetime:
    """When a deal came to a stage."""
    return datetime.fromisoformat(str(row.get("CREATED_TIME")))


def deals_of(look: PortalLook, ids: Sequence[int]) -> list[JsonObject]:
    """The existing deals of these numbers, with their stage; each is read once."""
    missing = [one for one in ids if one not in look.items]
    for part in parts_of(missing):
        params: JsonObject = {
            "entityTypeId": 2, "filter": {"@id": part}, "select": ["id", "title", "stageId", "stageSemanticId", "movedTime"],
        }  # fmt: skip
        look.items.update({int(str(row.get("id"))): row for row in look.rows("crm.item.list", params)})
    return [look.items[one] for one in ids if one in look.items]


def reason(deal: JsonObject, moves: Moves, look: PortalLook) -> str:
    """Why a deal is left where it is; empty when it may be moved back."""
    if deal.get("stageSemanticId") in FINAL or is_final(str(deal.get("stageId", "")), look):
        return CLOSED
    return MOVED if moves.since > 1 else ""


def is_final(stage: str, look: PortalLook) -> bool:
    """Whether a stage ends a deal."""
    rows = look.rows("crm.status.list", ORDERED)
    return any(row.get("STATUS_ID") == stage and row.get("SEMANTICS") in FINAL for row in rows)


WRITER = DealStageWriter()
