"""Sites and shops: published or not, and their public addresses."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Text, records
from b24app.checklist.engine.fact import fact

FIELDS = (
    "ID", "TITLE", "TYPE", "ACTIVE", "DELETED", "DOMAIN_ID", "DOMAIN_NAME", "PUBLIC_URL", "LANDING_ID_INDEX",
    "DATE_MODIFY",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    __pydantic_config__ = UPPER

    id: Text
    title: Text = ""
    type: Text = ""
    active: Flag = False
    deleted: Flag = False
    domain_name: Text = ""
    public_url: Text = ""

    @property
    def is_shop(self) -> bool:
        """The portal calls its shops STORE, and SMN those of Site Management."""
        return self.type in {"STORE", "SMN"}

    @property
    def has_folder(self) -> bool:
        """Whether the site is in a folder of its host, as those of on-premise portals are."""
        try:
            return urlsplit(self.public_url).path not in {"", "/"}
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class Sites:
    rows: tuple[Site, ...]

    def shops(self) -> tuple[Site, ...]:
        """The sites that sell."""
        return tuple(row for row in self.rows if row.is_shop and not row.deleted)


@fact(
    Command(
        "landing.site.getList",
        {"params": {"select": list(FIELDS), "filter": {"=DELETED": "N"}, "order": {"ID": "ASC"}}},
    ),
    rank=14,
    scopes=("landing",),
)
def sites(answer: Answer) -> Sites:
    """Read landing.site.getList (api-reference/landing/site/landing-site-get-list.md)."""
    return Sites(records(Site, answer.result))
