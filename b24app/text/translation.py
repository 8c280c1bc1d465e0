"""Translates a sentence with its values: the one place, whoever speaks; a speaker only knows how to say a day or a number."""

from collections.abc import Callable, Mapping

from flask_babel import gettext, ngettext

from b24app.text.sentences import Sentence, Value

NO_BREAK = "\u00a0"
Plain = Callable[[Value], str]


def translate(said: Sentence | str | None, plain: Plain) -> str:
    """The sentence in the language of the moment; `plain` says every value that is not a sentence itself."""
    if not said:
        return ""
    if isinstance(said, str):
        return gettext(said)
    values = translate_values(said, plain)
    if said.plural:
        text = ngettext(said.message, said.plural, int(str(said.values["count"])), **values)
    else:
        text = gettext(said.message, **values)
    return one_stop(text.strip())


def translate_values(said: Sentence, plain: Plain) -> Mapping[str, str]:
    """Each value in words: a sentence inside is translated first, nothing stays empty."""
    return {name: _speak(value, plain) for name, value in said.values.items()}


def _speak(value: Value, plain: Plain) -> str:
    if value is None or isinstance(value, Sentence):
        return translate(value, plain)
    if isinstance(value, tuple):
        return ", ".join(_speak(one, plain) for one in value)
    return value if isinstance(value, str) else plain(value)


def one_stop(text: str) -> str:
    """«2027 г.» at the end of a sentence ends it by itself."""
    return text.replace(f"{NO_BREAK}г..", f"{NO_BREAK}г.")
