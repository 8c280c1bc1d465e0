"""What each reminder says, in Russian and in English: every code has words, dates and no money."""

import re
from datetime import date, datetime

import pytest

from b24app.discovery import import_all
from b24app.reminders.kinds import Planned, Screen, load_kinds
from b24app.reminders.kinds.employee_messages import draft_notice
from b24app.reminders.kinds.worsening_notice import draft_warning
from b24app.reminders.portal_schedule import plan_timeline
from b24app.reminders.schedule import draft_message
from b24app.renewal.case_changes import activate_case, mark_stage, open_case
from b24app.renewal.renewal_stages import Stage
from b24app.renewal.situation_reading import situation_of
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.stored_terms import timeline_view
from b24app.text.translation import Translator
from tests.renewal.conftest import END, TODAY
from tests.terms.conftest import AT, MARINA


def words_on(day: date, code: str, language: str = "ru") -> str:
    """The whole letter of a code, as it would be sent on a day."""
    now = datetime.combine(day, AT.timetz())
    row = timeline_view(now, day).main
    draft = draft_message(Planned("key", "line", code, day, 0), situation_of(row, now, day), row.name)
    speech = Translator(language)
    return "\n".join(speech.say(part) for part in (draft.subject, *draft.lines)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("code", "day", "subject"),
    [
        ("window_open", date(2026, 11, 23), "Можно продлевать: тариф «Стандартный»"),
        ("days_left", date(2026, 12, 9), "Осталось 14 дней: тариф «Стандартный»"),
        ("invoice_soon", date(2026, 12, 8), "Счёт ещё не запрошен: тариф «Стандартный»"),
        ("invoice_last", date(2026, 12, 15), "Последний день для счёта: тариф «Стандартный»"),
        ("pay_last", date(2026, 12, 18), "Последний день оплаты: тариф «Стандартный»"),
        ("last_day", END, "Последний день: тариф «Стандартный»"),
        ("grace", date(2026, 12, 26), "Льготные дни, осталось 11 дней: тариф «Стандартный»"),
        ("last_chance", date(2026, 12, 24), "Последний срок для перевода: тариф «Стандартный»"),
        ("lapsed", date(2027, 1, 8), "Срок по записанной дате закончился: тариф «Стандартный»"),
        # what was due while the application slept or was not there yet
        ("invoice_last", date(2026, 12, 19), "Счёт запаздывает: тариф «Стандартный»"),
        ("pay_last", date(2026, 12, 19), "День оплаты прошёл: тариф «Стандартный»"),
        ("last_chance", date(2026, 12, 28), "Успеть можно только картой: тариф «Стандартный»"),
    ],
)
def test_each_letter_names_the_term_in_its_subject(shop, code, day, subject):
    assert words_on(day, code).splitlines()[0] == subject


@pytest.mark.parametrize(
    ("code", "day", "line"),
    [
        ("window_open", date(2026, 11, 23), "Оплатите до 18 декабря 2026 г.: позже деньги могут не успеть."),
        (
            "days_left",
            date(2026, 12, 20),
            "Чтобы деньги пришли до конца срока, их нужно было отправить до 18 декабря 2026 г. Оплата картой проходит сразу.",
        ),
        ("pay_last", date(2026, 12, 18), "Отправленные сегодня деньги придут 23 декабря 2026 г."),
        ("last_day", END, "С завтрашнего дня пойдут льготные дни: всё работает до 6 января 2027 г."),
        (
            "grace",
            date(2026, 12, 26),
            "Льготные дни закончатся 6 января 2027 г., потом приложения и интеграции остановятся.",
        ),
    ],
)
def test_letters_say_by_which_day(shop, code, day, line):
    assert line in words_on(day, code)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("code", sorted(set(load_kinds()) - {"digest", "test", "notice"}))
def test_every_code_has_words_without_holes(shop, code, language):
    text = words_on(date(2026, 12, 18), code, language)
    assert "%(" not in text
    assert "None" not in text
    assert ".." not in text
    assert re.search("[А-Яа-я]", text.replace("Стандартный", "")) is None or language == "ru"


@pytest.mark.parametrize("code", ["window_open", "days_left", "invoice_last", "pay_last", "last_chance"])
@pytest.mark.parametrize("day", [date(2026, 12, 19), date(2026, 12, 28)])
def test_no_task_is_set_for_a_day_that_has_passed_before_the_end(shop, code, day):
    row = timeline_view(datetime.combine(day, AT.timetz()), day).main
    s = situation_of(row, datetime.combine(day, AT.timetz()), day)
    assert draft_message(Planned("key", "line", code, day, 0), s, row.name).deadline >= min(day, END)
    assert "Отправленные сегодня" not in words_on(day, code)


def test_what_is_not_the_plan_is_renewed_by_itself(shop):
    set_paid_term("telephony", date(2026, 12, 30), by=MARINA, at=AT)
    day = date(2027, 1, 8)
    row = next(row for row in timeline_view(AT, day).rows if row.term.kind == "telephony")
    draft = draft_message(Planned("key", "line", "lapsed", day, 0), situation_of(row, AT, day), row.name)
    assert "тариф" not in " ".join(Translator("ru").say(line) for line in draft.lines)


def test_english_letters_write_days_as_the_pages_do(shop):
    assert "18 December 2026" in words_on(date(2026, 11, 23), "window_open", "en")


def test_a_delay_tells_what_to_do(shop):
    mark_stage(open_case(find_paid_term("plan"), AT).id, Stage.PAID, by=MARINA, at=AT, on=date(2026, 12, 15))
    text = words_on(date(2026, 12, 21), "activation_late")
    assert "Оплачено 4 рабочих дня назад, тариф всё ещё не продлён." in text
    assert "купон" in text


def test_autopay_speaks_of_the_card_and_not_of_an_invoice(shop):
    set_paid_term("plan", END, by=MARINA, at=AT, autopay=True)
    text = "\n".join(
        words_on(date(2026, 12, 16), code) for code in ("autopay_check", "days_left", "window_open")
    )
    assert "карт" in text
    assert "счёт" not in text.lower().replace("насчёт", "")


def test_no_two_kinds_share_a_code():
    files = import_all("b24app.reminders.kinds")
    codes = [kind.code for file in files for kind in vars(file).get("KINDS", ())]
    assert len(codes) == len(set(codes))
    assert set(load_kinds()) == {*codes, "test", "unplanned"}


def test_every_planned_reminder_has_a_title(shop):
    timeline = timeline_view(AT, TODAY)
    planned = plan_timeline(timeline, AT, TODAY)
    assert {item.code for item in planned} <= set(load_kinds())


def test_every_message_leads_to_a_page_that_a_link_may_name(shop):
    row = timeline_view(AT, TODAY).main
    situation = situation_of(row, AT, TODAY)
    drafts = [
        draft_message(Planned("key", "line", code, TODAY, 0), situation, row.name) for code in load_kinds()
    ]
    drafts += [draft_warning([row.name], after=after) for after in (True, False)]
    assert {draft.screen for draft in drafts} <= set(Screen)


@pytest.mark.parametrize(("day", "paid"), [(TODAY, True), (date(2026, 12, 26), False)])
def test_the_notice_to_employees_knows_no_money_and_no_debt(shop, day, paid):
    now = datetime.combine(day, AT.timetz())
    notice = draft_notice(situation_of(timeline_view(now, day).main, now, day))
    text = "\n".join(Translator("ru").say(part) for part in (notice.subject, *notice.lines))
    assert ("оплачен до" in text) is paid
    assert not re.search(r"₽|руб|счёт|долг", text)


def test_after_the_activation_employees_are_told_that_the_portal_is_renewed(shop):
    case = open_case(find_paid_term("plan"), AT)
    activate_case(case.id, date(2027, 12, 23), by=MARINA, at=AT)
    subject = draft_notice(situation_of(timeline_view(AT, TODAY).main, AT, TODAY)).subject
    assert Translator("ru").say(subject).startswith("Битрикс24 продлён")


@pytest.mark.parametrize(
    ("code", "locale"), [("ru", "ru"), ("kz", "ru"), ("by", "ru"), ("en", "en"), ("de", "en")]
)
def test_a_language_we_do_not_speak_is_answered_in_the_nearest(code, locale):
    assert Translator(code).locale == locale
