"""Texts of the reader, in English and in Russian; the language is the system's, or the one that was asked for."""

import locale
import os
import re
from collections.abc import Iterable

from b24app.backup.reader.argument_words import ARGUMENT_WORDS
from b24app.backup.reader.problems import Problem

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
WORDS: dict[str, tuple[str, str]] = {
    **ARGUMENT_WORDS,
    "wrong_key": (
        "This key does not open this copy. The copy opens with the key {codes}.",
        "Этот ключ не открывает эту копию. Копия открывается ключом {codes}.",
    ),
    "key_mistyped": (
        "The key is mistyped: a character is wrong or missing. Compare it with the printed page.",
        "В ключе опечатка: знак неверен или пропущен. Сверьте с распечаткой.",
    ),
    "public_key_given": (
        "This is a public key, it only seals. To open the copy take the secret one: AGE-SECRET-KEY-1…",
        "Это открытый ключ, он только закрывает. Чтобы открыть копию, нужен секретный: AGE-SECRET-KEY-1…",
    ),
    "no_key_in_it": (
        "There is no key here. A secret key begins with AGE-SECRET-KEY-1.",
        "Здесь нет ключа. Секретный ключ начинается с AGE-SECRET-KEY-1.",
    ),
    "key_in_arguments": (
        "The key stands in the command line, where others see it. Put it into a file: --key-file FILE, or type it when asked.",
        "Ключ стоит в командной строке, там его видят другие. Положите его в файл: --key-file ФАЙЛ, или введите, когда спросят.",
    ),
    "key_file_unreadable": (
        "The file with the key cannot be read: {path}",
        "Файл с ключом не читается: {path}",
    ),
    "files_written": ("{path}: files {count}", "{path}: файлов {count}"),
    "files_missing": (
        "Items whose file the portal did not give when the copy was made: {count}",
        "Элементов, файл которых портал не дал при копировании: {count}",
    ),
    "hash_differs": (
        "damaged: the bytes are not those that were written",
        "повреждён: в нём не то, что было записано",
    ),
    "size_differs": (
        "damaged: {found} bytes in place of {told}",
        "повреждён: {found} байт вместо {told}",
    ),
    "plain_hash_differs": ("damaged: what is inside has another hash", "повреждён: хеш содержимого другой"),
    "rows_differ": ("damaged: {found} rows in place of {told}", "повреждён: строк {found} вместо {told}"),
    "damaged": ("damaged: it does not open", "повреждён: не открывается"),
    "not_sealed": ("this is not a sealed pack", "это не закрытый пакет"),
    "pack_missing": ("missing: there is no such file", "нет такого файла"),
    "pack_wrong": ("pack {name}…: {why}", "пакет {name}…: {why}"),
    "unreadable": ("The file cannot be read: {path}", "Файл не читается: {path}"),
    "no_such_place": ("There is no such folder or archive: {path}", "Нет такой папки или архива: {path}"),
    "no_copies": (
        "There is no copy here: no manifest.json was found in {path}",
        "Копии здесь нет: в {path} не нашлось ни одного manifest.json",
    ),
    "no_such_copy": ("There is no such copy: {folder}", "Нет такой копии: {folder}"),
    "no_such_entity": ("There is nothing of this kind in the copy: {codes}", "В копии нет: {codes}"),
    "several_portals": (
        "Copies of several portals lie here: {portals}. Name one: --portal HASH",
        "Здесь копии нескольких порталов: {portals}. Назовите один: --portal ХЕШ",
    ),
    "manifest_damaged": ("the list of contents is damaged", "опись копии повреждена"),
    "manifest_foreign": ("this is not the list of contents of a copy", "это не опись копии"),
    "manifest_newer": (
        "the copy was made by a newer release: take a newer reader",
        "копия сделана более новой версией: возьмите более новую программу чтения",
    ),
    "counts_differ": (
        "the packs have {found} rows together, the list of contents says {told}",
        "в пакетах вместе {found} строк, в описи {told}",
    ),
    "present_differs": (
        "the copy has {found} records, the portal counted {told}",
        "в копии {found} записей, портал насчитал {told}",
    ),
    "base_differs": (
        "the copy it goes on from, {folder}, is not the one that it names",
        "копия {folder}, которую она продолжает, подменена",
    ),
    "chain_differs": (
        "its packs do not go on from those of {folder}",
        "её пакеты не продолжают пакеты {folder}",
    ),
    "exists": (
        "The file is there already: {path}. To write over it add --replace",
        "Файл уже есть: {path}. Чтобы записать поверх, добавьте --replace",
    ),
    "cannot_write": ("Cannot be written: {path}", "Не записывается: {path}"),
    "xlsx_missing": (
        "For XLSX one more package is needed: pip install xlsxwriter. CSV works without it.",
        "Для XLSX нужен ещё один пакет: pip install xlsxwriter. CSV работает и без него.",
    ),
    "too_many_columns": (
        "There are more columns than a workbook can hold. Take CSV.",
        "Столбцов больше, чем вмещает книга. Возьмите CSV.",
    ),
    "ask_key": ("Secret key (not shown): ", "Секретный ключ (не показываем): "),
    "copy_line": (
        "{folder}  {made_at}  {kind}  kinds: {entities}, rows: {rows}, packs: {packs}, {size} MB, key {codes}",
        "{folder}  {made_at}  {kind}  видов: {entities}, строк: {rows}, пакетов: {packs}, {size} МБ, ключ {codes}",
    ),
    "portal_line": ("Portal {portal}", "Портал {portal}"),
    "entity_line": ("  {code}  {title}  rows: {rows}", "  {code}  {title}  строк: {rows}"),
    "left_out_line": ("  {code}  {title}  not in the copy: {why}", "  {code}  {title}  в копии нет: {why}"),
    "entity_whole": ("  {code}  {title}: whole, packs: {packs}", "  {code}  {title}: цело, пакетов: {packs}"),
    "entity_faulty": ("  {code}  {title}: faults: {faults}", "  {code}  {title}: ошибок: {faults}"),
    "fault_line": ("! {where}: {why}", "! {where}: {why}"),
    "whole_without_key": (
        "Whole by hashes. Without a key what is inside was not looked at: add --key-file FILE or --ask-key.",
        "По хешам цела. Без ключа содержимое не смотрели: добавьте --key-file ФАЙЛ или --ask-key.",
    ),
    "whole_with_key": ("The copy is whole and opens.", "Копия цела и открывается."),
    "not_whole": ("The copy is damaged, faults: {faults}.", "Копия повреждена, ошибок: {faults}."),
    "written": ("  {path}  rows: {rows}", "  {path}  строк: {rows}"),
    "fields_written": ("  {path}  titles of its columns", "  {path}  названия столбцов"),
    "file_written": ("  {path}", "  {path}"),
    "cells_cut": (
        "  Texts longer than a cell of Excel were cut: {count}. CSV has them whole.",
        "  Обрезано текстов длиннее ячейки Excel: {count}. В CSV они целиком.",
    ),
    "base_missing": (
        "The copy it goes on from, {folder}, is not here. That is no fault: all packs are listed in this one.",
        "Копии {folder}, которую она продолжает, здесь нет. Это не ошибка: все пакеты названы в этой.",
    ),
    "nightly": ("by night", "ночная"),
    "manual": ("by hand", "вручную"),
    "before_renewal": ("before the renewal", "перед продлением"),
    "after_activation": ("after the activation", "после активации"),
    "manifest_hash": ("Hash of the list of contents: {sha256}", "Хеш описи: {sha256}"),
}


def choose_language(asked: str = "") -> str:
    """The language that was asked for, else that of the system: `ru` or `en`."""
    told = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))  # noqa: TID251
    known = asked or next(filter(None, told), "") or locale.getlocale()[0] or ""
    return "ru" if known.lower().startswith("ru") else "en"


def key_codes(codes: Iterable[str]) -> str:
    """Codes of keys as one text."""
    return ", ".join(codes) or "?"


def moment_text(moment: str) -> str:
    """A moment of the manifest to the minute; any other text stays as it is."""
    return f"{moment[:10]} {moment[11:16]} UTC" if MOMENT.fullmatch(moment) else moment


class Voice:
    """Sentences in one language."""

    def __init__(self, language: str) -> None:
        self._place = 1 if language == "ru" else 0

    def __call__(self, code: str, /, **values: object) -> str:
        """The sentence of this code with its values; a Problem among them is put into words."""
        plain = {name: self.of(one) if isinstance(one, Problem) else one for name, one in values.items()}
        return WORDS[code][self._place].format_map({"codes": "?"} | plain)

    def of(self, problem: Problem, **more: object) -> str:
        """What is wrong, in words."""
        return self(problem.code, **{**more, **problem.values})
