"""The command line of the reader: what can be asked for, with help and errors in the reader's language."""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NoReturn

from b24app.backup.reader.reader_words import Voice

LANGUAGES = ("ru", "en")
ACTIONS = ("list", "verify", "decrypt", "export", "files")
LANGUAGE_OPTION = "--language"
ARGUMENT = re.compile(r"argument (?P<name>.+?): (?P<why>.+)", re.DOTALL)
ARGPARSE: dict[str, re.Pattern[str]] = {
    "arguments_missing": re.compile(r"the following arguments are required: (?P<names>.+)", re.DOTALL),
    "arguments_unknown": re.compile(r"unrecognized arguments: (?P<names>.+)", re.DOTALL),
    "argument_ambiguous": re.compile(r"ambiguous option: (?P<name>.+) could match (?P<names>.+)", re.DOTALL),
    "choice_wrong": re.compile(r"invalid choice: (?P<value>.+) \(choose from (?P<choices>.+)\)", re.DOTALL),
    "value_missing": re.compile(r"expected one argument"),
    "values_missing": re.compile(r"expected at least one argument"),
    "value_unwanted": re.compile(r"ignored explicit argument (?P<value>.+)", re.DOTALL),
}
"""Messages of argparse by the codes of our own texts, as it has no Russian. Others are quoted as they are."""


def asked_language(arguments: Sequence[str]) -> str:
    """The language that the command line asks for; read before anything else, so that its errors are in it too."""
    for one, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        name, equals, value = one.partition("=")
        if len(name) > len("--") and LANGUAGE_OPTION.startswith(name):
            found = value if equals else following
            return found if found in LANGUAGES else ""
    return ""


def argument_problem(voice: Voice, said: str) -> str:
    """A message of argparse in the reader's language."""
    if part := ARGUMENT.fullmatch(said):
        return voice("argument_wrong", name=part["name"], why=argument_problem(voice, part["why"]))
    for code, pattern in ARGPARSE.items():
        if found := pattern.fullmatch(said):
            return voice(code, **found.groupdict())
    return voice("not_understood", why=said)


class ArgumentParser(argparse.ArgumentParser):
    """Argparse with help and errors by `voice`; the groups of options that it would name itself stay empty."""

    voice = Voice("en")

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and exit."""
        self.print_usage(sys.stderr)
        why = argument_problem(self.voice, message)
        self.exit(2, self.voice("usage_error", program=self.prog, why=why) + "\n")


def build_parser(voice: Voice) -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = ArgumentParser(
        prog="renewal_copy", description=voice("about"), add_help=False, formatter_class=_formatter(voice)
    )
    parser.voice = voice
    options = parser.add_argument_group(voice("options_title"))
    _add_common(options, voice, default="")
    actions = parser.add_subparsers(
        dest="action", required=True, title=voice("actions"), metavar=voice("action")
    )
    for name in ACTIONS:
        action = actions.add_parser(
            name, help=voice(f"help_{name}"), description=voice(f"help_{name}"), add_help=False,
            formatter_class=_formatter(voice),
        )  # fmt: skip
        action.voice = voice
        places = action.add_argument_group(voice("places_title"))
        places.add_argument("places", nargs="+", type=Path, metavar=voice("place"), help=voice("help_places"))
        _add_options(name, action.add_argument_group(voice("options_title")), voice)
    return parser


def _add_common(group: Any, voice: Voice, default: str) -> None:
    group.add_argument("-h", "--help", action="help", help=voice("help_help"))
    group.add_argument(LANGUAGE_OPTION, choices=LANGUAGES, default=default, help=voice("help_language"))


def _add_options(name: str, group: Any, voice: Voice) -> None:
    _add_common(group, voice, default=argparse.SUPPRESS)
    for option, about in _options_of(name, voice):
        group.add_argument(option, help=voice(f"help_{option[2:].replace('-', '_')}"), **about)


def _options_of(name: str, voice: Voice) -> Iterator[tuple[str, dict[str, Any]]]:
    """The options of one action."""
    yield "--copy", {"default": "", "metavar": voice("folder")}
    yield "--portal", {"default": "", "metavar": voice("hash")}
    if name != "list":
        yield "--key-file", {"type": Path, "metavar": voice("file")}
    if name == "verify":
        yield "--ask-key", {"action": "store_true"}
    if name in ("decrypt", "export", "files"):
        yield "--to", {"type": Path, "required": True, "metavar": voice("folder")}
        yield "--entity", {"action": "append", "default": [], "metavar": voice("kind")}
        yield "--replace", {"action": "store_true"}
        yield "--keep-going", {"action": "store_true"}
    if name == "export":
        yield "--format", {"choices": ("csv", "xlsx"), "default": "csv"}
        yield "--separator", {"default": ";", "metavar": voice("sign")}


def _formatter(voice: Voice) -> type[argparse.HelpFormatter]:
    """Help whose first word is in the reader's language."""

    class Formatter(argparse.HelpFormatter):
        """Argparse's formatter with a translated first word of usage."""

        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
            """Print the line of usage."""
            super().add_usage(usage, actions, groups, voice("usage") if prefix is None else prefix)

    return Formatter
