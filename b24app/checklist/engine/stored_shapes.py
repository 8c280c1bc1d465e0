"""The shapes in which verdicts and their sentences lie in storage. JSON knows no dates: they carry their kind."""

from pydantic import StrictBool, StrictFloat, StrictInt, StrictStr
from typing_extensions import TypedDict

from b24app.checklist.engine.verdict import Level
from b24app.stored_values import DayText, MomentText


class KeptMoment(TypedDict):
    """A moment among the values of a sentence."""

    moment: MomentText


class KeptDay(TypedDict):
    """A day among the values of a sentence."""

    day: DayText


class KeptInner(TypedDict):
    """A sentence inside a sentence."""

    said: "KeptSaid"


Plain = StrictStr | StrictBool | StrictInt | StrictFloat | None
KeptValue = Plain | KeptMoment | KeptDay | KeptInner | list[StrictStr | KeptInner]


class KeptSaid(TypedDict):
    """A sentence before translation."""

    message: StrictStr
    plural: StrictStr
    values: dict[str, KeptValue]


class KeptEvidence(TypedDict):
    """One thing seen."""

    label: StrictStr
    said: KeptSaid
    level: Level | None
    at: MomentText | None


class KeptVerdict(TypedDict):
    """The answer of one check."""

    level: Level
    said: KeptSaid
    detail: KeptSaid | None
    evidence: list[KeptEvidence]
