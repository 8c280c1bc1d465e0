"""How customers reach the shop: open lines, connectors, telephone lines, mail services, calls."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
from sandbox.shop.names import phone_of
from sandbox.shop.pseudorandom import below, draw

CONNECTORS = {
    "livechat": "Онлайн-чат",
    "telegrambot": "Telegram",
    "vkgroup": "ВКонтакте",
    "network": "Битрикс24.Network",
}
OUTGOING_LINE = "reg900101"


def open_lines(managers: tuple[int, ...]) -> Table:
    """Build open lines with their queues."""
    support = {"ID": "15", "LINE_NAME": "Поддержка покупателей", "ACTIVE": "Y", "QUEUE": list(managers[:3])}
    wholesale = {"ID": "16", "LINE_NAME": "Оптовый отдел", "ACTIVE": "Y", "QUEUE": list(managers[3:5])}
    settings = {
        "CRM": "Y",
        "CRM_CREATE": "lead",
        "CRM_SOURCE": "create",
        "QUEUE_TYPE": "evenly",
        "QUEUE_TIME": "60",
        "NO_ANSWER_TIME": "60",
        "CHECK_AVAILABLE": "N",
    }
    return Table([support | settings, wholesale | settings], key="ID")


def connectors() -> Table:
    """Build registered connectors; `LINES` are the lines on which each one works."""
    working = {"livechat": [15], "telegrambot": [15, 16], "vkgroup": [15], "network": []}
    return Table(
        [
            {"ID": code, "NAME": name, "ACTIVE": True, "LINES": working[code], "ERROR": False}
            for code, name in CONNECTORS.items()
        ],
        key="ID",
    )


def phone_lines() -> Table:
    """Build telephone lines by the code voximplant.line.get names them with."""
    named = (
        (OUTGOING_LINE, "Облачная АТС: Лавка у реки"),
        ("sip7", "Офисная АТС склада"),
        ("70000000001", "Общий номер"),
    )
    return Table([{"LINE_ID": code, "LINE_NAME": name} for code, name in named], key="LINE_ID")


def sip_connector(now: datetime) -> dict[str, object]:
    """Return until when the SIP connector is paid."""
    return {"FREE_MINUTES": 0, "PAID": True, "PAID_DATE_END": (now + timedelta(days=47)).strftime("%d.%m.%Y")}


def mail_services() -> Table:
    """Build mail services as mailservice.list returns them."""
    named = (("gmail", "imap.gmail.com", "smtp.gmail.com"), ("yandex", "imap.yandex.ru", "smtp.yandex.ru"))
    rows: list[Row] = []
    for place, (name, server, smtp) in enumerate(named, start=1):
        row: Row = {"ID": str(place), "SITE_ID": "s1", "ACTIVE": "Y", "SORT": str(place * 100), "NAME": name}
        row |= {"SERVER": server, "PORT": "993", "ENCRYPTION": "Y", "LINK": f"https://mail.{name}.example/"}
        row |= {"ICON": f"https://cdn.lavka.example/mail/{name}.png", "SMTP_SERVER": smtp, "SMTP_PORT": "465"}
        row |= {"SMTP_LOGIN_AS_IMAP": "Y", "SMTP_PASSWORD_AS_IMAP": "Y", "SMTP_ENCRYPTION": "Y"}
        rows.append(row | {"UPLOAD_OUTGOING": "N"})
    return Table(rows, key="ID")


@dataclass(frozen=True, slots=True)
class Calls:
    """The call log of the last four weeks."""

    seed: int
    ends: datetime
    managers: tuple[int, ...]
    count: int = 480

    def call(self, number: int) -> Row:
        """Build a call as voximplant.statistic.get returns it."""
        started = self.ends - timedelta(days=28) * ((self.count - number + 0.5) / self.count)
        failed = below(100, self.seed, 91, number) < 9
        incoming = below(10, self.seed, 92, number) < 6
        foreign = number % 23 == 0
        return {
            "ID": str(number),
            "PORTAL_USER_ID": str(self.managers[draw(self.seed, 93, number) % len(self.managers)]),
            "PORTAL_NUMBER": OUTGOING_LINE if number % 5 else "sip7",
            "PHONE_NUMBER": phone_of(1000 + below(2000, self.seed, 94, number)),
            "CALL_ID": f"{number:08X}.{int(started.timestamp())}.sandbox",
            "EXTERNAL_CALL_ID": None,
            "CALL_CATEGORY": "external",
            "CALL_LOG": None,
            "CALL_DURATION": "0" if failed else str(20 + below(400, self.seed, 95, number)),
            "CALL_START_DATE": iso(started),
            "CALL_RECORD_URL": "",
            "CALL_VOTE": None,
            "COST": "0.0000",
            "COST_CURRENCY": "RUR",
            "CALL_FAILED_CODE": "304" if failed else "200",
            "CALL_FAILED_REASON": "Missed call" if failed else "",
            "CRM_ENTITY_TYPE": "CONTACT",
            "CRM_ENTITY_ID": str(1 + below(300, self.seed, 96, number)),
            "CRM_ACTIVITY_ID": str(40000 + number),
            "REST_APP_ID": "3" if foreign else None,
            "REST_APP_NAME": "Обратный звонок" if foreign else None,
            "TRANSCRIPT_ID": None,
            "TRANSCRIPT_PENDING": "N",
            "SESSION_ID": str(3800000000 + number),
            "REDIAL_ATTEMPT": None,
            "COMMENT": None,
            "RECORD_DURATION": None,
            "RECORD_FILE_ID": None,
            "CALL_TYPE": "2" if incoming else "1",
        }
