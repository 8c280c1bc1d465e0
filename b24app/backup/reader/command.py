"""The command of the reader: list, verify, decrypt, export, files; the secret key comes from a file or is typed, never from arguments."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from b24app.backup.reader.arguments import asked_language, build_parser
from b24app.backup.reader.as_of import RowsAsOf, chosen_entities
from b24app.backup.reader.checking import check_copy
from b24app.backup.reader.column_titles import Titles, find_titles, titles_of_columns
from b24app.backup.reader.exporting import (
    fields_name,
    safe_name,
    table_head,
    table_name,
    whole_or_nothing,
    write_csv,
    write_fields,
    write_jsonl,
    write_xlsx,
)
from b24app.backup.reader.files_inside import join_parts
from b24app.backup.reader.identities import ask_identities, key_code
from b24app.backup.reader.joined_files import write_files
from b24app.backup.reader.objects import Objects, find_objects
from b24app.backup.reader.pack_format import Identities
from b24app.backup.reader.problems import Problem
from b24app.backup.reader.reader_words import Voice, choose_language, key_codes, moment_text
from b24app.backup.reader.stored_copies import FILES, Copy, ListedEntity, choose_copy, read_copies

Say = Callable[[str], None]
Write = Callable[[RowsAsOf, Path], int]
KINDS = frozenset({"nightly", "manual", "before_renewal", "after_activation"})
SECRET_SIGN = "AGE-SECRET-KEY-"  # noqa: S105 - the sign by which a key is refused


def run(arguments: Sequence[str], say: Say = print) -> int:
    """Execute a command: returns 0 when all is well, 1 when something is wrong with the copy, 2 when nothing could be done."""
    voice = Voice(choose_language(asked_language(arguments)))
    if any(SECRET_SIGN in one.upper() for one in arguments):
        say(voice("key_in_arguments"))
        return 2
    options = build_parser(voice).parse_args(arguments)
    chosen: list[Copy] = []
    try:
        return _act(options, voice, say, chosen)
    except Problem as problem:
        say(voice.of(problem, codes=_codes(chosen[-1]) if chosen else "?"))
        return 2


def _act(options: argparse.Namespace, voice: Voice, say: Say, chosen: list[Copy]) -> int:
    objects = find_objects(options.places)
    for problem in objects.unreadable:
        say(voice.of(problem))
    copies, wrong = read_copies(objects)
    faulty = int(bool(wrong or objects.unreadable))
    for where, problem in wrong:
        say(voice("fault_line", where=where, why=problem))
    if options.action == "list":
        _list(copies, options, voice, say)
        return faulty
    copy = choose_copy(copies, options.copy, options.portal)
    chosen.append(copy)
    say(f"{copy.folder}  {moment_text(copy.made_at)}")
    wanted = options.action != "verify" or options.key_file or options.ask_key
    identities = ask_identities(options.key_file, voice("ask_key")) if wanted else []
    task = Task(objects, copies, copy, identities, options, voice, say)
    return (task.verify() if options.action == "verify" else task.write_out()) or faulty


def _codes(copy: Copy) -> str:
    return key_codes(key_code(one) for one in copy.recipients)


def _list(copies: Sequence[Copy], options: argparse.Namespace, voice: Voice, say: Say) -> None:
    for portal in dict.fromkeys(one.portal for one in copies if one.portal.startswith(options.portal)):
        say(voice("portal_line", portal=portal))
        for copy in (one for one in copies if one.portal == portal and options.copy in ("", one.folder)):
            say(_copy_line(copy, voice))
            for entity in copy.entities if options.copy else ():
                line = "left_out_line" if entity.left_out else "entity_line"
                told = {
                    "code": entity.code,
                    "title": entity.title,
                    "rows": entity.rows,
                    "why": entity.left_out,
                }
                say(voice(line, **told))


def _copy_line(copy: Copy, voice: Voice) -> str:
    packs = list(copy.packs)
    return voice(
        "copy_line",
        folder=copy.folder,
        made_at=moment_text(copy.made_at),
        kind=voice(copy.kind) if copy.kind in KINDS else copy.kind,
        entities=len(copy.entities),
        rows=sum(one.rows for one in copy.entities),
        packs=len(packs),
        size=f"{sum(pack.size for pack in packs) / 1_000_000:.1f}",
        codes=_codes(copy),
    )


@dataclass(frozen=True, slots=True)
class Task:
    """One copy that was chosen, the keys that were given, and what was asked for."""

    objects: Objects
    copies: Sequence[Copy]
    copy: Copy
    identities: Identities
    options: argparse.Namespace
    voice: Voice
    say: Say

    def tell(self, code: str, /, **values: object) -> None:
        """Print a sentence."""
        self.say(self.voice(code, **values))

    def verify(self) -> int:
        """Check the copy, and print each fault."""
        if self.copy.base_folder and self.copy.base_folder not in {one.folder for one in self.copies}:
            self.tell("base_missing", folder=self.copy.base_folder)
        faults = 0
        for fault in check_copy(self.objects, self.copy, self.copies, self.identities, self._told):
            faults += 1
            self.tell("fault_line", where=fault.where, why=fault.problem)
        self.tell("manifest_hash", sha256=self.copy.sha256)
        if faults:
            self.tell("not_whole", faults=faults)
        else:
            self.tell("whole_with_key" if self.identities else "whole_without_key")
        return int(bool(faults))

    def _told(self, entity: ListedEntity, faults: int) -> None:
        line = "entity_faulty" if faults else "entity_whole"
        self.tell(line, code=entity.code, title=entity.title, packs=len(entity.packs), faults=faults)

    def write_out(self) -> int:
        """Write the entities that were asked for, and with `decrypt` the whole files too."""
        entities = chosen_entities(self.copy.entities, self.options.entity)
        if self.options.action == "files":
            return int(bool(sum(self._write_joined_files(one) for one in entities if one.tier == FILES)))
        faults = sum(self._write_entity(one) for one in entities)
        if self.options.action == "decrypt" and not self.options.entity:
            self._write_files()
        return int(bool(faults))

    def _write_entity(self, entity: ListedEntity) -> int:
        titles = self._titles(entity)
        ending, write = self._writer(titles)
        path = self.options.to / f"{table_name(entity.code)}.{ending}"
        reading = RowsAsOf(self.objects, entity, self.identities, keep_going=self.options.keep_going)
        with whole_or_nothing(path, replace=self.options.replace) as part, reading as rows:
            cut = write(rows, part)
        self.tell("written", path=path, rows=rows.present)
        if ending == "csv":
            self._write_fields(entity, table_head(rows), titles)
        if cut:
            self.tell("cells_cut", count=cut)
        self._tell_damages(entity, rows)
        return len(rows.damages)

    def _titles(self, entity: ListedEntity) -> Titles:
        """The titles of the fields of a table; lines of JSON need none."""
        if self.options.action != "export":
            return {}
        return find_titles(self.objects, self.copy.entities, entity, self.identities)

    def _write_fields(self, entity: ListedEntity, columns: Sequence[str], titles: Titles) -> None:
        """Write the titles of the columns beside a table of CSV."""
        if named := titles_of_columns(columns, titles):
            path = self.options.to / fields_name(entity.code)
            with whole_or_nothing(path, replace=self.options.replace) as part:
                write_fields(columns, named, part, self.options.separator)
            self.tell("fields_written", path=path)

    def _write_joined_files(self, entity: ListedEntity) -> int:
        to = self.options.to / safe_name(entity.code)
        reading = RowsAsOf(self.objects, entity, self.identities, keep_going=self.options.keep_going)
        with reading as rows:
            count, missing = write_files(rows, to, replace=self.options.replace)
        self.tell("files_written", path=to, count=count)
        if missing:
            self.tell("files_missing", count=missing)
        self._tell_damages(entity, reading)
        return len(reading.damages)

    def _tell_damages(self, entity: ListedEntity, rows: RowsAsOf) -> None:
        for pack, problem in rows.damages:
            why = Problem("pack_wrong", name=pack.sha256[:12], why=problem)
            self.tell("fault_line", where=entity.code, why=why)

    def _writer(self, titles: Titles) -> tuple[str, Write]:
        if self.options.action == "decrypt":
            return "jsonl", write_jsonl
        if self.options.format == "xlsx":
            return "xlsx", partial(write_xlsx, titles=titles)
        return "csv", partial(write_csv, separator=self.options.separator)

    def _write_files(self) -> None:
        for number, file in enumerate(self.copy.files, 1):
            path = self.options.to / "files" / f"{number}-{safe_name(file.name)}"
            with whole_or_nothing(path, replace=self.options.replace) as part, part.open("wb") as out:
                out.writelines(join_parts(self.objects, file, self.identities))
            self.tell("file_written", path=path)


def main() -> None:
    """Run the command with the arguments of the process; a terminal that lacks a letter shows another in its place."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))
