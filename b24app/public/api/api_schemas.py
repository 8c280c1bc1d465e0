"""What the API takes and gives, as pydantic models: the description of the API is made from them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from b24app.integrators.act_by import ActReason
from b24app.integrators.board_conditions import BoardView
from b24app.integrators.outside.record_models import Given

MOST = 100
Item = TypeVar("Item", bound=BaseModel)


class Asked(BaseModel):
    """A request: what is not described is refused, so that a misspelled name is not passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PageQuery(Asked):
    """Where a list goes on, and how much of it is given at once."""

    cursor: str = Field("", max_length=64, description="`next` of the page before")
    limit: int = Field(50, ge=1, le=MOST)


class PortalQuery(PageQuery):
    """Which clients are listed."""

    view: BoardView = Field(
        BoardView.ALL, description="a view of the board; `week`: to be acted on this week"
    )
    group: str = Field("", max_length=80, description="the name of a group")
    text: str = Field("", max_length=100, description="part of a name, an address or an INN")
    reason: ActReason | None = Field(None, description="why somebody has to act")


class ClientQuery(PageQuery):
    """The same, of one client alone when it is named."""

    portal: str = Field("", max_length=32, description="`id` of a client; without it every client is read")


class Page(Given, Generic[Item]):
    """A page of a list; `next` is null on the last one."""

    items: list[Item]
    next: str | None


class ClientOut(Given):
    """One client; null is unknown, or was not given by the client or by the role of the key's person."""

    id: str = Field(description="names the access that the client gave; another access has another id")
    name: str
    domain: str
    inn: str
    groups: list[str]
    plan: str | None
    ends_on: date | None
    date_said_by: str | None
    date_said_at: datetime | None
    pay_by: date | None
    act_on: date | None = Field(description="the working day by which somebody has to act")
    reason: str = Field(description="broke, pay, date, finish, or empty")
    stage: str | None
    money: str | None
    amount: Decimal | None
    currency: str | None
    is_estimate: bool | None
    blockers: int | None
    broke_this_week: int | None
    access: str
    swept_at: datetime | None
    copied_at: datetime | None


class TermIn(Asked):
    """The end of a term as a person of the integrator names it."""

    ends_on: date
    sure: bool = Field(default=False, description="an unlikely day is refused unless this is true")


class RunIn(Asked):
    """Which client's checks are run."""

    portal: str = Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9_-]+$")


class ReportOut(Given):
    """The report of a client, with the parts that its page has."""

    portal: str
    report: dict[str, object]


class GroupOut(Given):
    """A group of clients, and how many of it the key's person sees."""

    id: int
    name: str
    clients: int


class ErrorDetails(Given):
    """What went wrong: `code` is stable, `message` is for people, `number` is named to support."""

    code: str
    message: str
    field: str = ""
    retry: bool
    number: str


class ErrorOut(Given):
    """Every refusal."""

    error: ErrorDetails
