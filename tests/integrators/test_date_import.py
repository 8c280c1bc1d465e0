"""Dates from a file: judged line by line, written as told by the integrator, never over what the client confirmed, put back."""

import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.audit import list_lines
from b24app.integrators.bulk.model import BulkStep, BulkWork
from b24app.integrators.bulk_work import work_on
from b24app.integrators.client_notes import NoteView, keep_note
from b24app.integrators.consents import change_rights, end_by_client, list_consents
from b24app.integrators.model import StepState
from b24app.integrators.rights import MemberRole, Right
from b24app.integrators.summaries import remake
from b24app.jobs.model import JobRow
from b24app.jobs.upkeep import ask_unfinished
from b24app.portals.model import Portal
from b24app.services import services
from b24app.terms.paid_terms import confirm_paid_term, find_paid_term, set_paid_term
from b24app.terms.term import Author, Term
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, add_client, declare

pytestmark = pytest.mark.dialect
RunJobs = Callable[[], int]
MARINA = Author(7, "Марина Ковалёва")
PACKED = re.compile(r'name="packed" value="([^"]+)"')
MARKET = "Подписка BitrixGPT + Маркетплейс"
END = date(2027, 3, 14)


@pytest.fixture
def home(south: Actor) -> Actor:
    return declare(south)


@pytest.fixture
def opened(home: Actor) -> Opened:
    return home.opens()


def domain(number: int) -> str:
    return f"client-{number}.bitrix24.example"


def sends(opened: Opened, text: str, **form: str) -> TestResponse:
    return opened.post(
        "/clients/dates", table="Портал;ИНН;Название;За что платите;Оплачен до\n" + text, **form
    )


def plain(answer: TestResponse) -> str:
    """The text of a page with plain spaces."""
    return answer.text.replace("\xa0", " ")


def begins(opened: Opened, text: str) -> TestResponse:
    packed = PACKED.search(sends(opened, text).text)
    assert packed is not None
    return opened.post("/clients/dates/begin", packed=packed[1])


def term_of(client_id: int, kind: str = "plan") -> Term | None:
    db.session.expire_all()
    with portal_scope(client_id):
        return find_paid_term(kind)


def know(client_id: int, day: date, by: Author = MARINA, **values: str) -> None:
    with portal_scope(client_id):
        set_paid_term("plan", day, by=by, at=services().clock.now(), **values)
        db.session.commit()


def states(home: Actor) -> dict[int, tuple[str, str]]:
    db.session.expire_all()
    with portal_scope(home.portal_id):
        rows = db.session.scalars(select(BulkStep).order_by(BulkStep.id)).all()
        return {row.line or 0: (str(row.state), row.reason) for row in rows}


def deeds(client_id: int) -> list[tuple[str, str, str]]:
    with portal_scope(client_id):
        return [(one.action, one.right, one.detail) for one in list_lines() if one.action == "acted"]


def test_nothing_is_written_before_it_is_pressed(app: Flask, home: Actor, opened: Opened) -> None:
    client = add_client(app, 1, home.portal_id)
    text = plain(sends(opened, f"{domain(1)};;;;14.03.2027"))
    assert "Пока ничего не записано" in text
    assert "Можно записать 1 дату" in text
    assert "14 марта 2027" in text
    assert (term_of(client), states(home)) == (None, {})


def test_a_date_is_told_by_the_integrator_and_confirmed_by_nobody(
    app: Flask, home: Actor, opened: Opened, run_jobs: RunJobs
) -> None:
    client = add_client(app, 1, home.portal_id)
    assert "Записываем даты: 0 из 1" in begins(opened, f"{domain(1)};;;;14.03.2027").text
    run_jobs()
    term = term_of(client)
    assert term is not None
    assert (term.ends_on, term.source, term.confirmed_by, term.confirmed_at) == (END, "integrator", "", None)
    assert "(Верный шаг)" in term.said_by
    assert term.needs_confirming(services().clock.now())
    assert deeds(client) == [("acted", "act_in_case", "/clients/dates")]
    text = plain(opened.get("/clients/bulk/1"))
    assert "Записали 1 дату" in text
    assert "14 марта 2027" in text
    with portal_scope(client):
        remake(client)
        db.session.commit()
    assert "назвал интегратор" in opened.get("/clients", view="all").text


def test_every_wrong_line_says_what_is_wrong(app: Flask, home: Actor, opened: Opened) -> None:
    for number in (1, 2, 3):
        add_client(app, number, home.portal_id)
    add_client(app, 4, home.portal_id, frozenset({Right.TERMS}))
    with portal_scope(home.portal_id):
        for client in _ids(2, 3):
            keep_note(client, NoteView(inn="7799104520"), at=services().clock.now())
        db.session.commit()
    lines = {
        f"{domain(1)};;;;31.02.2027": "Такого дня нет",
        f"{domain(1)};;;;": "Даты нет",
        f"{domain(1)};;;;завтра": "Это не дата",
        f"{domain(1)};;;;01.11.2026": "Этот день уже прошёл",
        f"{domain(1)};;;;01.11.2035": "больше трёх лет",
        f"{domain(9)};;;;14.03.2027": "Такого клиента нет, или его доступ закончился",
        ";;;;14.03.2027": "не назван клиент",
        ";7799104520;;;14.03.2027": "Подходят несколько клиентов",
        f"{domain(4)};;;;14.03.2027": "Клиент не разрешил записывать даты",
        f"{domain(1)};;;Домен;14.03.2027": "Такой срок из файла не записать",
    }
    text = plain(sends(opened, "\n".join(lines)))
    assert "Записывать нечего" in text
    assert "в 10 строках ошибки" in text
    missing = [words for words in lines.values() if words not in text]
    assert missing == []
    twice = sends(opened, f"{domain(1)};;;;14.03.2027\n;;Клиент 1;;15.03.2027").text
    assert "уже есть выше в файле" in twice
    assert "Можно записать 1 дату" in twice


def _ids(*numbers: int) -> list[int]:
    with every_portal():
        domains = [domain(number) for number in numbers]
        return list(db.session.scalars(select(Portal.id).where(Portal.domain.in_(domains))))


def test_a_wrong_line_is_mended_in_its_row_and_given_as_a_file(
    app: Flask, home: Actor, opened: Opened
) -> None:
    add_client(app, 1, home.portal_id)
    packed = PACKED.search(sends(opened, f"{domain(1)};;;;31.02.2027\nchuzhoy.example;;;;14.03.2027").text)
    assert packed is not None
    mended = opened.post("/clients/dates", packed=packed[1], **{"day-2": "2027-02-28"}).text
    assert "Можно записать 1 дату" in mended
    assert "в 1 строке ошибка" in mended
    table = opened.download("/clients/dates/errors.csv", packed=packed[1]).text
    assert "31.02.2027" in table
    assert "Такого дня нет" in table
    assert "chuzhoy.example" in table


def test_what_the_client_confirmed_stays(app: Flask, home: Actor, opened: Opened, run_jobs: RunJobs) -> None:
    kept, same, told = (add_client(app, number, home.portal_id) for number in (1, 2, 3))
    know(kept, date(2026, 12, 23))
    know(same, END)
    know(told, date(2026, 12, 23), Author(None, "Н. Рябова (Верный шаг)"))
    text = sends(opened, "\n".join(f"{domain(number)};;;;14.03.2027" for number in (1, 2, 3))).text
    assert "Можно записать 1 дату" in text
    assert "1 дату не тронем: клиент подтвердил другую" in text
    assert "Марина Ковалёва" in text
    begins(opened, "\n".join(f"{domain(number)};;;;14.03.2027" for number in (1, 2, 3)))
    run_jobs()
    assert states(home) == {2: ("skipped", "kept"), 3: ("skipped", "same"), 4: ("done", "")}
    assert term_of(kept).ends_on == date(2026, 12, 23)  # type: ignore[union-attr]
    assert term_of(told).ends_on == END  # type: ignore[union-attr]
    assert term_of(told).renewed_on is None  # type: ignore[union-attr]


def test_a_date_confirmed_meanwhile_is_not_written_over(
    app: Flask, home: Actor, opened: Opened, run_jobs: RunJobs
) -> None:
    client = add_client(app, 1, home.portal_id)
    begins(opened, f"{domain(1)};;;;14.03.2027")
    know(client, date(2026, 12, 23))
    run_jobs()
    assert states(home) == {2: ("failed", "kept")}
    assert term_of(client).ends_on == date(2026, 12, 23)  # type: ignore[union-attr]


@pytest.mark.parametrize("what", ["ended", "no_right"])
def test_the_consent_is_asked_at_the_moment_of_writing(
    app: Flask, home: Actor, opened: Opened, run_jobs: RunJobs, what: str
) -> None:
    client = add_client(app, 1, home.portal_id)
    begins(opened, f"{domain(1)};;;;14.03.2027")
    with portal_scope(client):
        code, now = list_consents()[0].code, services().clock.now()
        if what == "ended":
            end_by_client(code, by=ANNA, at=now)
        else:
            change_rights(code, frozenset({Right.TERMS}), by=ANNA, at=now)
        db.session.commit()
    run_jobs()
    assert (states(home), term_of(client)) == ({2: ("failed", what)}, None)
    assert what == "no_right" or "Клиент 1" not in opened.get("/clients/bulk/1").text


def test_two_terms_of_one_client_are_two_lines(
    app: Flask, home: Actor, opened: Opened, run_jobs: RunJobs
) -> None:
    client = add_client(app, 1, home.portal_id)
    begins(opened, f"{domain(1)};;;;14.03.2027\n{domain(1)};;;{MARKET};15.03.2027")
    run_jobs()
    assert (term_of(client).ends_on, term_of(client, "marketplace").ends_on) == (END, date(2027, 3, 15))  # type: ignore[union-attr]


def test_a_killed_worker_writes_nothing_twice(
    app: Flask, home: Actor, opened: Opened, run_jobs: RunJobs
) -> None:
    clients = [add_client(app, number, home.portal_id) for number in (1, 2)]
    begins(opened, "\n".join(f"{domain(number)};;;;14.03.2027" for number in (1, 2)))
    with portal_scope(home.portal_id):
        second = db.session.scalars(select(BulkStep).order_by(BulkStep.id.desc())).first()
        assert second is not None
        second.state = StepState.DONE  # as if the worker had died after the first
        db.session.commit()
    work_on(1)
    with portal_scope(home.portal_id):
        second = db.session.scalars(select(BulkStep).order_by(BulkStep.id.desc())).first()
        assert second is not None
        second.state = StepState.WAITING
        db.session.commit()
    with every_portal():
        db.session.execute(delete(JobRow).where(JobRow.name == "work_on_clients"))
        db.session.execute(update(BulkWork).values(finished_at=None))
        db.session.commit()
    assert ask_unfinished() >= 1
    run_jobs()
    assert [len(deeds(client)) for client in clients] == [1, 1]
    assert set(states(home).values()) == {("done", "")}


def test_all_is_put_back_but_what_the_client_has_confirmed(
    app: Flask, home: Actor, opened: Opened, run_jobs: RunJobs
) -> None:
    first, second = (add_client(app, number, home.portal_id) for number in (1, 2))
    know(second, date(2026, 12, 23), Author(None, "Н. Рябова (Верный шаг)"))
    begins(opened, "\n".join(f"{domain(number)};;;;14.03.2027" for number in (1, 2)))
    run_jobs()
    with portal_scope(first):
        confirm_paid_term(term_of(first).id, by=MARINA, at=services().clock.now())  # type: ignore[union-attr]
        db.session.commit()
    assert "Возвращаем" in opened.post("/clients/bulk/1/undo").text
    run_jobs()
    assert states(home) == {2: ("done", "moved"), 3: ("returned", "")}
    assert (term_of(first).ends_on, term_of(first).confirmed_by) == (END, "Марина Ковалёва")  # type: ignore[union-attr]
    assert term_of(second).ends_on == date(2026, 12, 23)  # type: ignore[union-attr]
    assert [detail for _, _, detail in deeds(second)] == ["/clients/dates/undo", "/clients/dates"]
    text = opened.get("/clients/bulk/1").text
    assert "с тех пор это изменили" in text
    assert opened.post("/clients/bulk/1/undo").status_code == 404
    assert opened.post("/clients/bulk/1/repeat").status_code == 404


def test_a_file_is_taken_as_it_is_sent(app: Flask, home: Actor, opened: Opened) -> None:
    add_client(app, 1, home.portal_id)
    content = f"Портал;Менеджер;Оплачен до\r\n{domain(1)};Нина;14.03.2027\r\n".encode("cp1251")
    with sends_file(opened, content, "даты-декабрь.csv") as answer:
        assert "даты-декабрь.csv" in answer.text
        assert "Можно записать 1 дату" in answer.text
        assert "Эти столбцы не читаем: Менеджер" in answer.text


def test_a_name_in_the_place_of_an_address_is_found(app: Flask, home: Actor, opened: Opened) -> None:
    add_client(app, 1, home.portal_id)
    text = plain(sends(opened, "Клиент 1;;;;14.03.2027\nКлиент 9;;;;14.03.2027\n"))
    assert "Можно записать 1 дату" in text
    assert "по названию" in text
    assert "Такого клиента нет" in text


def sends_file(opened: Opened, content: bytes, name: str, **form: str) -> TestResponse:
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(content), name), **form})
    return opened.client.post(
        "/clients/dates",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"X-Frame-Token": opened.token, "HX-Request": "true"},
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "В файле нет строк"),
        (b"x;y\n" * 2_700_000, "Файл больше 1 МБ"),
        (b"\x98\xff", "Это не текстовая таблица"),
        ("Портал;Оплачен до\n".encode() + b"a.example;1.12.2026\n" * 5001, "больше 5000 строк"),
    ],
    ids=["empty", "ten megabytes", "bad bytes", "five thousand and one"],
)
def test_what_cannot_be_read_is_said_on_the_page(opened: Opened, content: bytes, says: str) -> None:
    with sends_file(opened, content, "dates.csv", table="" if not content else "Портал;Оплачен до") as answer:
        assert answer.status_code == 422
        assert says in answer.text
        assert not content or "Портал;Оплачен до</textarea>" in answer.text


def test_the_sample_can_be_read_back(opened: Opened) -> None:
    sample = opened.download("/clients/dates/sample.csv").text
    text = opened.post("/clients/dates", table=sample).text
    assert "2 строки" in text
    assert "Такого клиента нет" in text


def test_only_who_acts_in_renewals_enters_dates(app: Flask, south: Actor) -> None:
    declare(south, MemberRole.ENGINEER)
    add_client(app, 1, south.portal_id)
    opened = south.opens()
    for answer in (
        opened.get("/clients/dates"),
        sends(opened, f"{domain(1)};;;;14.03.2027"),
        opened.post("/clients/dates/begin", table="x"),
        opened.download("/clients/dates/errors.csv", table="x"),
        opened.download("/clients/dates/sample.csv"),
    ):
        assert answer.status_code == 403, answer.request.path


def test_another_portals_person_finds_no_client(app: Flask, home: Actor, first_checks: Actor) -> None:
    add_client(app, 1, home.portal_id)
    stranger = first_checks.opens()
    assert sends(stranger, f"{domain(1)};;;;14.03.2027").status_code == 403
    declare(first_checks)
    assert "Такого клиента нет" in sends(first_checks.opens(), f"{domain(1)};;;;14.03.2027").text


def test_five_thousand_lines_are_previewed_in_time(app: Flask, home: Actor, opened: Opened) -> None:
    for number in range(20):
        add_client(app, number, home.portal_id)
    began = datetime.now()  # noqa: DTZ005 - a stopwatch
    text = sends(opened, "\n".join(f"{domain(number % 20)};;;;14.03.2027" for number in range(5_000))).text
    assert "Можно записать 20 дат" in text
    assert "в 4980 строках ошибки" in text
    assert datetime.now() - began < timedelta(seconds=10)  # noqa: DTZ005
