"""A message that means two things has a context, and its Russian differs by it."""

import pytest
from flask import Flask
from flask_babel import force_locale, gettext

from b24app.text.messages import P_, Sentence
from b24app.text.translation import Translator


@pytest.mark.parametrize(
    ("context", "message", "russian", "plain"),
    [
        ("statement", "yes", "да", "есть"),
        ("button", "Answer", "Ответить", "Ответ"),
        ("remark", "Note", "Примечание", "Замечание"),
        ("renewal", "Stage", "Этап", "Стадия"),
        ("who", "invoice by", "счёт выставляет", "счёт до"),
    ],
)
def test_a_context_chooses_the_meaning(
    app: Flask, context: str, message: str, russian: str, plain: str
) -> None:
    with force_locale("ru"):
        assert (gettext(P_(context, message)), gettext(message)) == (russian, plain)
    with force_locale("en"):
        assert gettext(P_(context, message)) == message


def test_a_sentence_carries_its_context_to_whoever_translates_it(app: Flask) -> None:
    assert Translator("ru").say(Sentence(P_("run", "stopped"))) == "остановлена"
    assert Translator("en").say(P_("run", "stopped")) == "stopped"
