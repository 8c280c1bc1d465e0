"""Reads XML in answers of a storage: no document type, so no entities; bounded in size, depth and number of elements. Pure.

Any administrator may name a server of his own, and the worker is shared: an answer costs a second and 30 MB at most.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

MOST_DEPTH = 40
MOST_XML = 10 * 1024 * 1024
"""Bytes: the listing of a folder of 20,000 files is so large."""
MOST_ELEMENTS = 300_000
MOST_KEPT = 100_000
MOST_TEXT = 16 * 1024


class XmlWrong(ValueError):
    """The answer is no XML, or XML of a kind that is not read."""


class XmlTooLong(XmlWrong):
    """The answer is longer than any list of a copy."""


@dataclass(slots=True)
class XmlElement:
    """One element: its name without a namespace, its text, its children."""

    name: str
    text: str = ""
    children: "list[XmlElement]" = field(default_factory=list)

    def all(self, name: str) -> "Iterator[XmlElement]":
        """Every element of this name below this one."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.all(name)

    def first(self, name: str) -> "XmlElement | None":
        """The first element of this name below this one."""
        return next(self.all(name), None)

    def value(self, name: str) -> str:
        """The text of the first element of this name; empty without one."""
        found = self.first(name)
        return found.text.strip() if found is not None else ""


@dataclass(slots=True)
class XmlReading:
    """The parsing of one document: elements by other names than those that are asked for are counted and not kept."""

    kept_names: Collection[str]
    root: XmlElement = field(default_factory=lambda: XmlElement(""))
    seen: int = 0
    kept: int = 0
    texts: list[str] = field(default_factory=list)
    length: int = 0
    open: list[XmlElement] = field(default_factory=list)

    def begin(self, name: str, _attributes: object) -> None:
        """An element opens."""
        self._end_text()
        self.seen += 1
        if self.seen > MOST_ELEMENTS or self.kept >= MOST_KEPT:
            raise XmlTooLong
        if len(self.open) > MOST_DEPTH:
            raise XmlWrong
        child = XmlElement(name.rpartition("}")[2])
        if not self.open:
            self.root = child
        elif not self.kept_names or child.name in self.kept_names:
            self._parent().children.append(child)
            self.kept += 1
        self.open.append(child)

    def end(self, _name: str) -> None:
        """An element closes."""
        self._end_text()
        self.open.pop()

    def add_text(self, text: str) -> None:
        """Add a piece of text to the open element."""
        self.length += len(text)
        if self.length > MOST_TEXT:
            raise XmlTooLong
        self.texts.append(text)

    def _end_text(self) -> None:
        if self.texts:
            self.open[-1].text += "".join(self.texts)
            self.texts, self.length = [], 0

    def _parent(self) -> XmlElement:
        """The nearest element around that is kept."""
        return next(
            (one for one in reversed(self.open) if one.name in self.kept_names or not self.kept_names),
            self.root,
        )


def read_xml(content: bytes, kept_names: Collection[str] = ()) -> XmlElement:
    """The root of a document, with the elements of these names below it, or with all; raises XmlWrong."""
    if len(content) > MOST_XML:
        raise XmlTooLong
    reading = XmlReading(kept_names)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = reading.begin, reading.end
    parser.CharacterDataHandler = reading.add_text
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise XmlWrong from None
    return reading.root


def _refuse(*_declared: object) -> None:
    raise XmlWrong
