"""One hostile request after another, drawn by seed from the application's own rules, forms and links."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from bench.fuzz_forms import EVERYWHERE, FORMS, QUERIES
from bench.fuzz_values import (
    HEADERS,
    METHODS,
    SEGMENTS,
    encode_form,
    encode_parts,
    odd_body,
    segment,
    word,
    word_like,
)

LINK = re.compile(r'(?:href|action|hx-get|hx-post)="(/[^"#]*)"')
FORM_TYPE = "application/x-www-form-urlencoded"
KINDS = (
    "valid", "field", "field", "field", "field", "field", "fields", "names", "body", "parts", "query", "query", "path",
    "method", "header",
)  # fmt: skip
WHO = ("admin",) * 10 + ("employee", "other", "forged", "nobody")
GUESSES: Mapping[str, tuple[str, ...]] = {
    "code": ("email", "webhook", "task", "pay_system_for_orders", "left_menu", "nothing"),
    "target": ("area:sale", "pay_system_for_orders", "area:nothing"),
    "kind": ("pdf", *("json", "xlsx", "exe") * 7),  # drawing a PDF takes a second
    "purpose": ("status", "calendar", "report", "x"),
    "action": ("invoice_requested", "paid", "verified", "x"),
    "stage": ("chosen", "paid", "active", "verified"),
    "answer": ("accept", "dismiss", "x"),
    "filename": ("app.css", "../app.py", "x"),
}


@dataclass(frozen=True, slots=True)
class Attack:
    """One request as it goes out."""

    kind: str
    rule: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    media: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Arsenal:
    """What attacks are drawn from: rules, real links of pages, real forms, tokens of visitors."""

    draw: Random
    rules: list[Rule]
    tokens: Mapping[str, str]
    forms: dict[str, Mapping[str, str]] = field(default_factory=lambda: dict(FORMS))
    links: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.weights = [_weight(rule) for rule in self.rules]

    def aim(self) -> Attack:
        """Draw the next request."""
        draw, kind = self.draw, self.draw.choice(KINDS)
        rule = draw.choices(self.rules, self.weights)[0]
        method = draw.choice(METHODS) if kind == "method" else draw.choice(sorted(rule.methods or {"GET"}))
        path = self._hostile_path(rule) if kind == "path" else self._path(rule)
        body, media = self._body(rule, kind) if method != "GET" else (b"", "")
        return Attack(
            kind,
            rule.rule,
            method,
            path,
            self._query(rule, kind),
            body,
            media,
            (*self._visitor(), *self._headers(kind)),
        )

    def _visitor(self) -> tuple[tuple[str, str], ...]:
        who = self.draw.choice(WHO)
        token = (("X-Frame-Token", self.tokens[who]),) if who in self.tokens else ()
        return (*token, *((("HX-Request", "true"),) if self.draw.random() < 0.5 else ()))

    def _headers(self, kind: str) -> tuple[tuple[str, str], ...]:
        return tuple(self.draw.choices(HEADERS, k=2)) if kind == "header" else ()

    def _path(self, rule: Rule) -> str:
        known = self.links.get(rule.rule)
        if known and self.draw.random() < 0.8:
            return self.draw.choice(known)
        return re.sub(r"<(?:(\w+):)?(\w+)>", lambda part: self._guess(part[1], part[2]), rule.rule)

    def _guess(self, converter: str | None, name: str) -> str:
        return self.draw.choice(("1", "2", "3", "77") if converter else GUESSES.get(name, ("x",)))

    def _hostile_path(self, rule: Rule) -> str:
        if "<" in rule.rule:
            return re.sub(r"<[^>]*>", lambda _part: segment(self.draw), rule.rule)
        return rule.rule + self.draw.choice(("", "/", "//")) + self.draw.choice(SEGMENTS)

    def _query(self, rule: Rule, kind: str) -> str:
        valid = {**QUERIES.get(rule.rule, {}), **(EVERYWHERE if kind == "query" else {})}
        if kind != "query":
            return encode_form(list(valid.items())).decode("latin-1") if self.draw.random() < 0.5 else ""
        spoil = self.draw.random
        pairs = [
            (name, word_like(self.draw, value) if spoil() < 0.5 else value) for name, value in valid.items()
        ]
        return encode_form([(name, value[:3_000]) for name, value in pairs]).decode("latin-1")

    def _body(self, rule: Rule, kind: str) -> tuple[bytes, str]:
        pairs = list(self.forms.get(rule.rule, {}).items())
        match kind:
            case "body":
                return odd_body(self.draw)
            case "parts":
                return encode_parts(pairs, self.draw)
            case "field" if pairs:
                at = self.draw.randrange(len(pairs))
                pairs[at] = (pairs[at][0], word_like(self.draw, pairs[at][1]))
            case "fields":
                pairs = [(name, word_like(self.draw, value)) for name, value in pairs]
            case "names":
                pairs = [pair for one in pairs for pair in self._renamed(one)]
        return encode_form(pairs), FORM_TYPE

    def _renamed(self, pair: tuple[str, str]) -> list[tuple[str, str]]:
        name, value = pair
        odd = (f"{name}[]", f"{name}[a][b]", f"{name}\x00", name.upper(), word(self.draw)[:200], "")
        return [pair, (name, word(self.draw)), (self.draw.choice(odd), value)][self.draw.randrange(3) :]


def _weight(rule: Rule) -> int:
    """What reads more of a request is attacked more often than pages that only draw."""
    takes = "POST" in (rule.methods or ()), rule.rule in FORMS, rule.rule in QUERIES, "<" in rule.rule
    return 1 + 2 * sum(takes)


def links_of(app: Flask, client: FlaskClient, token: str) -> dict[str, list[str]]:
    """The addresses that the administrator's pages really name, by their rule."""
    found: dict[str, set[str]] = {}
    match = app.url_map.bind("renewal.example")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or "<" in rule.rule:
            continue
        page = client.get(rule.rule, headers={"X-Frame-Token": token})
        for link in LINK.findall(page.text):
            path = urlsplit(link.replace("&amp;", "&")).path
            for method in ("GET", "POST"):
                try:
                    named, _values = match.match(path, method, return_rule=True)
                except HTTPException:
                    continue
                found.setdefault(named.rule, set()).add(path)
    return {rule: sorted(paths) for rule, paths in found.items()}
