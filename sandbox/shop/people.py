"""Accounts of a portal: administrator, integrator, employees, the dismissed, guests, departments."""

from datetime import datetime, timedelta

from sandbox.rest.table import Table
from sandbox.shop.formats import iso
from sandbox.shop.names import CITIES, MEN, POSITIONS, SURNAMES, WOMEN, phone_of, woman_surname
from sandbox.shop.pseudorandom import below, choose
from sandbox.shop.size import ShopSize
from sandbox.user import User

ADMIN = 1
INTEGRATOR = 5
FIRST_EMPLOYEE = 7
SELLERS = 6
NEVER_CAME = 3
DISMISSED = 6
GUESTS = 4
_DEPARTMENTS = (
    ("1", "Лавка у реки", None), ("2", "Продажи", "1"), ("3", "Интернет-магазин", "1"), ("4", "Склад и доставка", "1"),
    ("5", "Маркетинг", "1"), ("6", "Бухгалтерия", "1"), ("7", "Поддержка", "3"),
)  # fmt: skip


def departments() -> Table:
    """Build the company structure as department.get returns it."""
    rows = []
    for number, name, parent in _DEPARTMENTS:
        row = {"ID": number, "NAME": name, "SORT": 500}
        rows.append(
            row | ({"PARENT": parent} if parent else {}) | ({"UF_HEAD": str(ADMIN)} if not parent else {})
        )
    return Table(rows, key="ID")


def people(size: ShopSize, seed: int, now: datetime, host: str) -> list[User]:
    """Make everybody who has an account."""
    boss = _person(ADMIN, seed, now, host, position="Управляющий магазином", department=1)
    boss.admin = boss.crm_admin = True
    helper = _person(INTEGRATOR, seed, now, host, position="Интегратор", department=1)
    helper.admin = helper.crm_admin = True
    everybody = [boss, helper]
    workers = size.employees - 1
    leavers = DISMISSED if size.open_lines else 1
    for number in range(workers + leavers):
        position = (
            ("Менеджер по продажам", "Оператор интернет-магазина")[number % 2] if number < SELLERS else ""
        )
        person = _person(
            FIRST_EMPLOYEE + number * 2, seed, now, host, position=position, department=2 + number % 6
        )
        if number >= workers:
            person.active = False
        elif number >= workers - (NEVER_CAME if size.open_lines else 1):
            person.fields |= {"LAST_LOGIN": "", "LAST_ACTIVITY_DATE": ""}
        everybody.append(person)
    everybody += [_guest(501 + number * 2, seed, now) for number in range(GUESTS if size.open_lines else 1)]
    return everybody


def _person(number: int, seed: int, now: datetime, host: str, *, position: str = "", department: int) -> User:
    name, surname, gender = _name(number, seed)
    seen = now - timedelta(minutes=below(4000, seed, 43, number))
    joined = now - timedelta(days=60 + below(900, seed, 44, number))
    fields = {
        "SECOND_NAME": "",
        "LAST_LOGIN": iso(seen),
        "DATE_REGISTER": iso(joined.replace(hour=0, minute=0, second=0)),
        "IS_ONLINE": "Y" if now - seen < timedelta(minutes=15) else "N",
        "LAST_ACTIVITY_DATE": seen.strftime("%Y-%m-%d %H:%M:%S"),
        "PERSONAL_BIRTHDAY": "",
        "PERSONAL_WWW": "",
        "PERSONAL_MOBILE": phone_of(900000 + number),
        "PERSONAL_CITY": choose(CITIES, seed, 45, number),
        "WORK_PHONE": "",
        "WORK_POSITION": position or choose(POSITIONS, seed, 46, number),
        "UF_EMPLOYMENT_DATE": "",
        "UF_DEPARTMENT": [department],
    }
    return User(
        id=number,
        name=name,
        last_name=surname,
        email=f"user{number}@{host}",
        gender=gender,
        fields=fields,
    )


def _guest(number: int, seed: int, now: datetime) -> User:
    guest = _person(number, seed, now, "guest.example", position="Внешний подрядчик", department=1)
    guest.user_type = "extranet"
    guest.fields["UF_DEPARTMENT"] = []
    return guest


def _name(number: int, seed: int) -> tuple[str, str, str]:
    stem = SURNAMES[(number * 7 + seed) % len(SURNAMES)]
    if below(2, seed, 41, number):
        return choose(WOMEN, seed, 42, number), woman_surname(stem), "F"
    return choose(MEN, seed, 42, number), stem, "M"
