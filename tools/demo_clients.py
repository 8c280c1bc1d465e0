"""The integrator and the clients of the demo: installs, roles, consents and groups, then a week in which things broke."""

import sys
import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import requests
from demo_portal import DemoPortal
from sqlalchemy import select

from b24app.checklist.engine.runs import latest_run
from b24app.database import db, every_portal, portal_scope
from b24app.factory import create_app
from b24app.integrators.board_conditions import BoardConditions, BoardView
from b24app.integrators.client_notes import NoteView, keep_note
from b24app.integrators.client_reports.report_drafts import draft_by_hand
from b24app.integrators.consents import ConsentChoice, consents_of, end_by_client, grant
from b24app.integrators.invitations import GRANTED, answer, invite
from b24app.integrators.members import (
    IntegratorProfile,
    declare_integrator,
    find_seat,
    get_integrator,
    set_member,
)
from b24app.integrators.model import ClientGroup, GroupedClient
from b24app.integrators.rights import MemberRole, Right
from b24app.integrators.standards.stored_standards import add_standard
from b24app.portals.model import Portal
from b24app.services import services
from b24app.settings import read_settings
from b24app.terms.term import Author

NAMES = (
    "Лампа и абажур", "Чай и сахар", "Северный велосипед", "Дом тканей", "Книжный двор", "Сад и лейка", "Мастерская «Шило»",
    "Кофейня на углу", "Тёплый пол", "Рыбак", "Сыроварня", "Лесная игрушка", "Паруса", "Медовый край", "Ткацкий стан",
    "Акварель", "Ключи и замки", "Парник", "Скрипичный ключ", "Пряжа", "Утренняя почта", "Зимний сад", "Глобус", "Керамика",
    "Велодом", "Старый город", "Ветер", "Ягода", "Часовщик", "Верстак",
)  # fmt: skip
PROFILE = IntegratorProfile(
    "ООО «Верный шаг»", "7799104520", "Нина Рябова", "help@verny-shag.example", "+7 900 000-00-00"
)
"""A made-up integrator; the last digit of the INN is wrong on purpose, so nobody has it."""
GROUPS = ("Магазины", "Услуги", "Регионы")
EVERYTHING = frozenset(Right) - {Right.RESTORE}
TERMS_ONLY = frozenset({Right.TERMS})
WITHOUT_DATE, TERMS_ALONE, ENDED = 7, 9, 29
A_WEEK = 8
STANDARD = {"cash_register": 1, "pay_test_mode": 0, "copy_age": 24, "administrators": 2, "left_webhooks": 0}
"""What is expected of every client, by the codes of the rules."""
REPORTS = 6


def main() -> None:
    """Set everything up once; a demo that has been set up is left as it is."""
    client_id, first_port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    app = create_app(read_settings())
    with app.app_context():
        if is_set_up():
            return
        own, *clients = [portal_at(first_port + number, client_id) for number in range(count + 1)]
        own.install(today() + timedelta(days=200))
        for number, client in enumerate(clients, 1):
            print(f"  {number} / {count} {NAMES[(number - 1) % len(NAMES)]}", flush=True)
            client.install(None if number % WITHOUT_DATE == 0 else end_of(client))
        look_after(own, clients)
        wait_for_checks(clients)
        clients[0].happens("advance", days=A_WEEK)
        spoil(clients)
        for client in clients[: count * 3 // 4]:
            look_again(client)
        prepare_reports(row_of(own).id, own.state()["users"][0]["id"])


def is_set_up() -> bool:
    """Whether a portal has been declared an integrator's already."""
    with every_portal():
        return get_integrator() is not None


def portal_at(port: int, client_id: str) -> DemoPortal:
    """The sandbox's portal at a port, in a browser of its own."""
    return DemoPortal(f"http://localhost:{port}", client_id, requests.Session())


def today() -> date:
    """The day of the demo, which the scenario may have moved on."""
    return services().clock.now().date()


def end_of(portal: DemoPortal) -> date:
    """The last paid day, as the portal's own page shows it."""
    return date.fromisoformat(portal.state()["portal"]["paid_till"])


def row_of(portal: DemoPortal) -> Portal:
    """Our row of a portal of the sandbox."""
    member_id = portal.state()["portal"]["member_id"]
    return db.session.scalars(select(Portal).where(Portal.member_id == member_id)).one()


def look_after(own: DemoPortal, clients: list[DemoPortal]) -> None:
    """Declare the integrator, name its people, let every client give what it gives, sort the clients into groups."""
    now, integrator = services().clock.now(), row_of(own)
    users = [user for user in own.state()["users"] if user["name"]]
    by = Author(users[0]["id"], users[0]["name"])
    with portal_scope(integrator.id):
        declare_integrator(PROFILE, by=by, at=now)
        for user, role in zip(
            users[1:4], (MemberRole.MANAGER, MemberRole.ENGINEER, MemberRole.ACCOUNTANT), strict=False
        ):
            set_member(user["id"], user["name"], role, by=by, at=now)
        groups = [ClientGroup(name=name) for name in GROUPS]
        db.session.add_all(groups)
        db.session.flush()
        everybody = BoardConditions(BoardView.ALL)
        add_standard("Магазин готов к продлению", everybody, STANDARD, by=by, at=now)
    db.session.commit()
    for number, client in enumerate(clients, 1):
        give(integrator.id, row_of(client), number, by, now)
        with portal_scope(integrator.id):
            group = groups[number % len(groups)]
            db.session.add(GroupedClient(group_id=group.id, client_id=row_of(client).id))
            db.session.commit()


def give(integrator_id: int, client: Portal, number: int, by: Author, now: datetime) -> None:
    """One client's consent, by an invitation; some give the terms alone, one has ended it again."""
    name = NAMES[(number - 1) % len(NAMES)]
    rights = TERMS_ONLY if number % TERMS_ALONE == 0 else EVERYTHING
    with portal_scope(integrator_id):
        asked = invite(rights, 12, by=by, at=now, client_name=name)
        keep_note(client.id, NoteView(name=name), at=now)
    answer(asked, GRANTED, client.id, now)
    with portal_scope(client.id):
        administrator = Author(1, "Администратор")
        given = grant(integrator_id, ConsentChoice(rights, 12, prolongs=False), by=administrator, at=now)
        if number == ENDED:
            end_by_client(given.code, by=administrator, at=now)
    db.session.commit()


def prepare_reports(integrator_id: int, user_id: int) -> None:
    """Drafts of reports to the first clients, as a press on the board makes them."""
    now, seat = services().clock.now(), find_seat(integrator_id, user_id)
    for consent in consents_of(integrator_id, now)[:REPORTS]:
        if seat is not None:
            draft_by_hand(seat, consent, 0, now)
    db.session.commit()


def wait_for_checks(clients: Iterable[DemoPortal], seconds: float = 240) -> None:
    """Wait until the worker has looked at every client once."""
    rows, until = [row_of(client).id for client in clients], time.monotonic() + seconds
    while rows and time.monotonic() < until:
        time.sleep(1)
        db.session.rollback()
        rows = [portal_id for portal_id in rows if not is_checked(portal_id)]


def is_checked(portal_id: int) -> bool:
    """Whether a run of this portal has ended."""
    with portal_scope(portal_id):
        return latest_run(finished=True) is not None


def spoil(clients: list[DemoPortal]) -> None:
    """What a week brings: a pay system switched off, a stage gone, a portal that is silent, one that is locked."""
    for number, client in enumerate(clients, 1):
        things = client.state()["things"]
        if number % 5 == 1:
            client.happens("switch_off", kind="pay_system", id=str(things["pay_system"][0]["id"]))
        if number % 8 == 4:
            client.happens("remove", kind="stage", id=str(things["stage"][1]["id"]))
        if number % 13 == 11:
            client.happens("answer_next", kind="html", until_forgiven=True)
        if number % 17 == 15:
            client.happens("lock")


def look_again(client: DemoPortal) -> None:
    """The administrator opens the application after a week and lets it check; a portal that opens nothing is left."""
    try:
        client.open()
        client.send("/shop/run")
    except (RuntimeError, requests.RequestException) as error:
        print(f"  {client.url}: {type(error).__name__}", flush=True)


if __name__ == "__main__":
    main()
