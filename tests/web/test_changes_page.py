"""«For a year»: the answer, bars, chips, people and search in the address, the way back, and whom it is shown to."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from b24app.backup.settings_versions.change_list import dump_change
from b24app.backup.settings_versions.listed_changes import find_change
from b24app.backup.settings_versions.model import ChangeListState, SettingsChange, SettingsNight
from b24app.comparison.compare import Difference
from b24app.comparison.resource import Resource
from b24app.database import db, portal_scope
from b24app.services import services
from b24app.web.filters import zone
from tests.actors import Actor, Opened

RunJobs = Callable[[], int]
PAGE = "/shop/changes"
ROW = re.compile(r'id="change-(\d+)"')


def page_of(opened: Opened, **query: str) -> str:
    return opened.get(PAGE, **query).text.replace("\u00a0", " ")


def rows(text: str) -> list[str]:
    return ROW.findall(text)


def head_of(text: str) -> str:
    return text.split('id="answer"')[1].split("</section>", maxsplit=1)[0]


@pytest.fixture
def scope(north: Actor) -> Iterator[None]:
    with portal_scope(north.portal_id):
        yield


def multiply(times: int, *, days: int = 1, user: tuple[int, str] | None = None) -> None:
    """As many more changes as these, each some days before the other, by nobody or by somebody."""
    known = list(db.session.scalars(select(SettingsChange)))
    for number in range(1, times + 1):
        one = known[number % len(known)]
        at = one.seen_at - timedelta(days=number * days, minutes=number)
        db.session.add(
            SettingsChange(
                run_id=-number, before_run_id=0, since=at - timedelta(hours=20), seen_at=at, kind=one.kind,
                key=f"{one.key}.{number}", difference=one.difference, name=one.name,
                content=one.content, user_id=user[0] if user else None, user_name=user[1] if user else "",
                happened_at=at if user else None,
            )
        )  # fmt: skip
    begun = min(one.seen_at for one in db.session.scalars(select(SettingsChange)))
    db.session.execute(update(ChangeListState).values(begun_at=begun - timedelta(days=1)))
    db.session.commit()


def test_the_first_days_say_since_when_changes_are_followed(loss: Opened) -> None:
    text = page_of(loss)
    assert "Следим с 30 ноября: за 1 день 2 изменения" in head_of(text)
    assert text.count('class="year-month"') == 1
    assert len(set(rows(text))) == 2
    assert "кто — неизвестно" in text
    assert "Платёжная система «Наличные курьеру»" in text


def test_a_year_is_told_in_twelve_bars_with_their_red_parts(loss: Opened, scope: None) -> None:
    multiply(60, days=6)
    db.session.execute(update(SettingsChange).where(SettingsChange.kind == "stage").values(difference="new"))
    db.session.commit()
    text = page_of(loss)
    assert re.search(r"За год измени\w+ \d+ настро", head_of(text))
    assert text.count('class="year-month"') == 12
    assert '<rect class="fill-fail"' in text


def test_a_month_without_a_change_has_neither_bar_nor_zero(loss: Opened, scope: None) -> None:
    multiply(1, days=90)
    bars = page_of(loss).split('class="year-bars"')[1].split("</ol>")[0]
    assert bars.count('class="year-month"') == 4
    assert bars.count('class="year-count"') == 2
    assert ">0<" not in bars


def test_a_bar_a_chip_a_person_and_words_narrow_the_list_and_the_address(loss: Opened, scope: None) -> None:
    multiply(4, days=31, user=(7, "Пётр Зимин"))
    assert len(set(rows(page_of(loss)))) == 6
    assert len(set(rows(page_of(loss, month="2026-11")))) == 2
    assert len(set(rows(page_of(loss, who="7")))) == 4
    assert len(set(rows(page_of(loss, who="0")))) == 2
    assert len(set(rows(page_of(loss, part="payments")))) == 3
    narrowed = page_of(loss, part="payments", who="7")
    assert len(set(rows(narrowed))) == 2
    assert "part=pipelines&amp;who=7" in narrowed
    assert len(set(rows(page_of(loss, q="КУРЬЕРУ")))) == 3
    assert "Пётр Зимин" in page_of(loss)


def test_what_narrows_the_list_to_nothing_says_so_and_leads_back(loss: Opened) -> None:
    text = page_of(loss, q="нет такого")
    assert "Такого не меняли" in text
    assert f'href="{PAGE}"' in text


@pytest.mark.parametrize(
    "query",
    [
        {"month": "2026-13"}, {"month": "никогда"}, {"part": "нет"}, {"who": "-1"}, {"who": "999999"},
        {"page": "0"}, {"page": "-7"}, {"page": "99999999999"}, {"page": "²"},
    ],
)  # fmt: skip
def test_what_an_address_cannot_mean_is_left_out(loss: Opened, query: dict[str, str]) -> None:
    answer = loss.get(PAGE, **query)
    assert answer.status_code == 200
    assert len(set(rows(answer.text))) == 2


def test_words_of_a_stranger_are_only_words(loss: Opened) -> None:
    text = page_of(loss, q='"><script>alert(1)</script>')
    assert "<script>alert" not in text


def test_a_thousand_changes_come_in_pages_and_each_stands_on_one(loss: Opened, scope: None) -> None:
    multiply(998, days=0)
    first, last = page_of(loss), page_of(loss, page="20")
    assert "1–50 из 1000" in first
    assert "951–1000 из 1000" in last
    assert not set(rows(first)) & set(rows(last))
    assert rows(page_of(loss, page="9999")) == rows(last)


def test_nights_without_an_answer_are_said(loss: Opened, scope: None) -> None:
    silent = {"1": "2026-11-20", "2": "2026-11-21"}
    db.session.execute(update(ChangeListState).values(unanswered=silent))
    db.session.commit()
    assert "Портал не ответил 2 ночи" in head_of(page_of(loss))


def test_what_was_not_read_at_night_is_said_with_its_reason(loss: Opened, scope: None) -> None:
    db.session.execute(update(SettingsNight).values(left_out={"department": "scope"}))
    db.session.commit()
    text = page_of(loss)
    assert "Не прочитали 1 часть настроек" in text
    assert "Отделы:" in text


def test_before_the_first_check_the_list_says_when_it_begins(south_admin: Opened) -> None:
    text = page_of(south_admin)
    assert "Следить начнём с первой проверки" in text
    assert 'class="year-bars"' not in text


def test_without_a_change_there_are_no_bars(first_checks: Actor, north_admin: Opened) -> None:
    text = page_of(north_admin)
    assert "Следим с 30 ноября: изменений пока нет" in head_of(text)
    assert 'class="year-bars"' not in text


def test_only_the_last_change_of_an_object_has_a_way_back(loss: Opened, scope: None) -> None:
    multiply(4)
    same = SettingsChange.kind == "pay_system"
    db.session.execute(update(SettingsChange).where(same).values(key="1"))
    db.session.execute(delete(SettingsChange).where(~same))
    db.session.commit()
    text = page_of(loss)
    assert len(set(rows(text))) == 3
    lines = text.split('id="changes"')[1]
    assert lines.count('hx-post="/restore/new"') + lines.count("?open=how") == 1


def test_the_way_back_names_the_very_values_and_closes_again(loss: Opened, scope: None) -> None:
    row = db.session.scalars(select(SettingsChange).where(SettingsChange.kind == "stage")).one()
    change = find_change(row.id, services().clock.now(), zone()).change
    assert change is not None
    was = Resource("Новый заказ", "Розница", {"name": "Новый заказ", "meaning": "process", "order": "0"})
    other = replace(change, difference=Difference.REPLACED, new_key="DEAL_STAGE:X", new_name="Иной")
    row.difference, row.content = "replaced", dump_change(other, {"stage": {change.key: was}})
    db.session.commit()
    closed = loss.get(f"{PAGE}/line/{row.id}").text
    opened = loss.get(f"{PAGE}/line/{row.id}", open="how").text
    assert "Как было раньше" not in closed
    assert "Как было раньше" in opened
    assert "тип стадии" in opened
    assert "Как было раньше" not in loss.get(f"{PAGE}/line/{row.id}", open="nonsense").text


def test_an_accepted_change_says_so_in_place_of_a_way_back(loss: Opened) -> None:
    line = re.search(r'id="line-(\w+)-name"', loss.get("/shop/compare").text)
    assert line is not None
    loss.post(f"/shop/compare/accept/{line[1]}", reason="on_purpose")
    assert "Принято" in page_of(loss) or "Принял" in page_of(loss)


def test_a_change_of_another_portal_is_not_found_and_its_list_not_shown(
    loss: Opened, south_admin: Opened, scope: None
) -> None:
    number = db.session.scalar(select(SettingsChange.id))
    assert loss.get(f"{PAGE}/line/{number}").status_code == 200
    assert south_admin.get(f"{PAGE}/line/{number}").status_code == 404
    assert rows(page_of(south_admin)) == []
    assert loss.get(f"{PAGE}/line/999999").status_code == 404


def test_an_employee_is_not_shown_the_changes(north_employee: Opened) -> None:
    assert north_employee.get(PAGE).status_code == 403
    assert north_employee.get(f"{PAGE}/line/1").status_code == 403


def test_the_page_speaks_english(north: Actor, loss: Opened) -> None:
    text = page_of(north.opens(lang="en"))
    assert "Followed since" in text
    assert not re.search("[а-яё]{3}", head_of(text).split("shop-side")[0], re.IGNORECASE)


def test_the_comparison_names_the_person_whom_the_journal_named(loss: Opened, scope: None) -> None:
    assert "кто — неизвестно" in loss.get("/shop/compare").text
    at = services().clock.now()
    values = {"user_id": 7, "user_name": "Пётр Зимин", "happened_at": at}
    db.session.execute(update(SettingsChange).values(values))
    db.session.commit()
    text = loss.get("/shop/compare").text
    assert "Пётр Зимин" in text


def test_the_law_page_lists_what_of_the_settings_is_kept(north: Actor) -> None:
    text = north.client.get("/legal/privacy", headers={"Accept-Language": "ru"}).text
    assert "Платёжные системы" in text
    assert "Ни адреса, ни телефона" in text


def test_the_way_back_of_a_change_leads_to_its_preview_and_writes_nothing(
    north: Actor, loss: Opened, scope: None
) -> None:
    number = db.session.scalar(select(SettingsChange.id).where(SettingsChange.kind == "pay_system"))
    assert f'hx-vals="{{&#34;change&#34;: {number}}}"' in page_of(loss)
    assert loss.get("/restore/new", change=str(number)).status_code == 405
    answer = loss.post("/restore/new", change=str(number))
    assert answer.status_code == 200
    assert re.fullmatch(r"/restore/\d+", answer.headers["HX-Push-Url"])
    system = north.portal.tables["paysystem"].get("1") or north.portal.tables["paysystem"].get(1)
    assert system is not None
    assert system["ACTIVE"] == "N"


def test_a_change_that_is_not_there_or_no_number_has_no_preview(loss: Opened, scope: None) -> None:
    for named in ("999999", "-1", "x", "9" * 40, ""):
        assert loss.post("/restore/new", change=named).status_code == 404


def test_an_employee_and_another_portal_make_no_preview_of_a_change(
    loss: Opened, scope: None, north_employee: Opened, south_admin: Opened
) -> None:
    number = db.session.scalar(select(SettingsChange.id).where(SettingsChange.kind == "pay_system"))
    assert north_employee.post("/restore/new", change=str(number)).status_code == 403
    assert south_admin.post("/restore/new", change=str(number)).status_code == 404
