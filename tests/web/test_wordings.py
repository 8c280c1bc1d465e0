"""Wordings that were given up are nowhere any more: not in the Russian catalogue, not in a template, not in texts that are data."""

import io
import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from b24app.manifest import ROOT

GIVEN_UP = (
    "работают только льготные дни",
    "Льготных дней.{0,20} никто не обещал",
    "Ждём движени",
    "движение ещё не вернулось",
    "движение вернулось",
    "глазами",
    "те же места и события",
    "с тарифом ушёл",
    "заняты делом",
    "на чём печатать",
    "видеть правду",
    "негде стоять",
    r"\b[Оо]тправлени[яй]\b",
    r"CRM → Сделки → Воронки(?! и туннели продаж)",
    r"(?<!Яндекс )\bМаркет(?:е|а|у)?\b",
    r"[Пп]одписк\w+ (?:на )?Маркетплейс",
    "«BitrixGPT",
    r"\b[Мм]аркетплейс(?:ы|ов|ам|ами|ах)\b",
    r"\b[Пп]роб(?:а|ы|у|ой|ам|ами) (?:с записью|писать)|Пробы с записью|[Пп]робам писать",
    "Тишина",
    "Тревога, дней",
    "это ноль или больше",
    "стоит как простой",
    r"\b(?:согласованию|банку) (?:%\(num\)s|\d)",
    r"\bвещ(?:ь|и|ей)\b",
    "со щитом",
    "без этого теряются заказы",
    "[Зз]аглуш",
    "или пропал",
    "действующего вида",
    "опознан",
    "как в снимке",
    r"\b[Кк]онч(?:ил|ат|ит|ает)",
    "[Оо]тказаться от продления|[Оо]тказ от продления|[Оо]т продления отказались",
    "место в порядке",
    "включена внутри",
    "как запускается",
    r"л\(а\)",
    "Продлеваем портал",
    "[Вв]ведите купон|вводит купон|введёт его",
    "в выключенную линию",
    "Кассы не печатают",
    "что бы ни говорило имя файла",
    "Проверено по ответам портала",
    "Что изменится для вас",
    "слишком маленький тариф",
    r"\bуборк",
    r"\bживёт\b",
    "в коде портала|[Кк]од портала",
    "выбран сам",
    "назван в календаре",
    "только сам факт",
    "в «Мой тариф»|«Моём тарифе»",
    "[Оо]бзор(?:е|а|у|ом)?[»:]",
)
GLUED = re.compile(r"\)s[А-ЯЁ]|[а-яё][А-ЯЁ][а-яё]{2}|[а-яё][.!?][А-ЯЁ]")
"""Two sentences without a space between them: the second was pasted into the text of the first."""
BARE_LABELS = {
    "Как",
    "Какие",
    "Кто",
    "Что",
    "Умеем",
    "Пригодится",
    "Успеваем",
    "Отказаться",
    "Прошёл",
    "Не прошёл",
}


def catalogue() -> Iterator[str]:
    """Every text of the Russian catalogue, each form of a plural by itself."""
    file = ROOT / "translations/ru/LC_MESSAGES/messages.po"
    for message in read_po(io.BytesIO(file.read_bytes()), locale="ru"):
        if message.id:
            yield from (message.string,) if isinstance(message.string, str) else message.string


def other_texts() -> Iterator[str]:
    """Templates, and data that people read."""
    files = [*ROOT.glob("templates/**/*.*"), *ROOT.glob("b24app/**/data/**/*.toml")]
    yield from (file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("wording", GIVEN_UP)
def test_a_wording_that_was_given_up_is_nowhere(wording: str) -> None:
    texts = (text.replace("\u00a0", " ") for text in (*catalogue(), *other_texts()))
    found = [text for text in texts if re.search(wording, text)]
    assert [text[:200] for text in found] == []


def test_no_label_is_a_bare_question_word() -> None:
    assert BARE_LABELS.isdisjoint(catalogue())


def test_no_two_sentences_are_glued_together() -> None:
    assert [text for text in catalogue() if GLUED.search(text)] == []


def test_glued_sentences_are_found() -> None:
    assert GLUED.search("оплачен до %(day)sСюда приложение")
    assert GLUED.search("Готово.Дальше счёт")
    assert not GLUED.search("BitrixGPT + Маркетплейс, до %(day)s")
