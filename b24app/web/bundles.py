"""Bundles of CSS and JavaScript: one style sheet and one script for all pages and one more for a part, put together from `static/` at the start; no build step.

A page inside a portal's frame waits for every file it names, and many small files pack worse than one: together they weigh a
fifth less. Comments and indentation stay in the sources. A new file of `static/` is picked up by itself: it belongs to all pages
unless PARTS names it. `static/parts.js` brings what a part needs before its first page is asked for.
"""

import functools
import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, make_response, request, url_for

from b24app.errors import NotFound
from b24app.manifest import ROOT
from b24app.web.access import public

blueprint = Blueprint("bundles", __name__)
STATIC = ROOT / "static"
APART = frozenset({"print.css", "report.css", "report-screen.css", "client_report.css"})
"""Sheets of paper and of reports: loaded where they are needed."""
FIRST = {
    "page.css": ("vendor/air-tokens-2.13.0.css", "app.css", "parts.css", "work.css"),
    "page.js": ("bridge.js", "vendor/htmx-2.0.11.min.js", "token.js", "app.js", "parts.js"),
}
PARTS = {
    "shop": ("charts.css", "compare.css", "changes.css", "inbox.css", "compare.js", "shop.js"),
    "money": ("charts.css", "money.css"),
    "copy": ("charts.css", "copy.css", "copy_target.css", "copy_target.js"),
    "restore": ("charts.css", "restore.css"),
    "settings": ("settings.css", "consent.css"),
    "clients": (
        "settings.css",
        "consent.css",
        "charts.css",
        "clients.css",
        "pipeline.css",
        "standards.css",
        "client_queue.css",
        "clients.js",
    ),
    "alone": ("charts.css", "entry.css"),
    "more": ("more.css",),
    "dark": ("vendor/air-tokens-dark-2.13.0.css", "dark.css"),
    "files": ("download.js",),
    "key": ("key.css", "vendor/age-encryption-0.3.1.js", "key.js"),
    "silent": ("openings.js",),
}
"""What only the pages below /shop, /money, /copy, /restore, /settings and /clients need, those without tabs, those with files, those of a silent portal."""
GUIDE = "renewal/guide"
"""The page of the first tab that is drawn like those without tabs."""
LAID_OUT = ("shop", "money", "copy", "restore", "settings", "clients", "alone")
"""Parts whose pages build on `more.css` and wait for it."""
REVEAL = "body[hidden][data-part]{display:var(--all-is-here,none)!important}"
"""The page of a part is laid out when all its sheets are here, whichever comes last (`app.css`, `more.css` have the other half)."""
ALL, OUTSIDE = "all", "outside.css"
"""What a page outside a portal is drawn with: the sheets of every part in one file, the dark look among them."""
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """A file as it is sent: its text, the same packed, and the digest in its address."""

    text: bytes
    packed: bytes
    digest: str


@functools.cache
def bundle_names() -> tuple[str, ...]:
    """Every bundle there is."""
    parts = {f"{part}{Path(file).suffix}" for part, files in PARTS.items() for file in files}
    return (*FIRST, *sorted(parts), OUTSIDE)


def sources(name: str) -> list[Path]:
    """The files of a bundle in their order: those that others build on first, the rest by name."""
    if name == OUTSIDE:
        return [path for one in sheets_of_all() for path in sources(one)]
    part, kind = Path(name).stem, Path(name).suffix
    if part in PARTS:
        return [STATIC / one for one in PARTS[part] if one.endswith(kind)]
    first = [STATIC / one for one in FIRST[name]]
    elsewhere = APART | {one for files in PARTS.values() for one in files}
    rest = {path for path in STATIC.glob(f"*{kind}") if path.name not in elsewhere}
    return [*first, *sorted(rest - set(first))]


def put_together(name: str) -> Bundle:
    """Read the files of a bundle and join them."""
    if name == OUTSIDE:
        return _pack(b"\n".join(put_together(one).text for one in sheets_of_all()))
    shorten = {".css": shorten_styles, ".js": shorten_script}[Path(name).suffix]
    texts = [shorten(path.read_text(encoding="utf-8")) for path in sources(name)]
    texts += [REVEAL] if name.endswith(".css") and Path(name).stem in LAID_OUT else []
    texts += [follow_system("".join(texts))] if name == "dark.css" else []
    return _pack("\n".join(texts).encode())


def _pack(text: bytes) -> Bundle:
    return Bundle(text, gzip.compress(text, 9, mtime=0), hashlib.sha256(text).hexdigest()[:12])


def follow_system(css: str) -> str:
    """The dark look once more, by the setting of the operating system: for pages outside a portal, which name no look of their own."""
    return f"@media (prefers-color-scheme:dark){{{css.replace('.dark', ':root:not(.light)')}}}"


def shorten_styles(css: str) -> str:
    """Leave out comments and spaces without meaning; quoted text is kept as it is."""
    parts = re.split(r'("[^"]*")', re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    for index in range(0, len(parts), 2):
        plain = re.sub(r" ?([{};,]) ?", r"\1", re.sub(r"\s+", " ", parts[index]))
        parts[index] = plain.replace(": ", ":").replace(";}", "}")
    return "".join(parts).strip()


def shorten_script(script: str) -> str:
    """Leave out indentation and the lines that are comments; no text of ours goes over several lines."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def set_up_bundles(app: Flask) -> None:
    """Register the addresses of the bundles with the templates; while developing every answer reads the files anew."""
    kept: Callable[[Any], Any] = (lambda one: one) if app.debug else functools.cache
    app.extensions["bundles"], app.extensions["bundle_digest"] = kept(put_together), kept(_read_digest)
    app.register_blueprint(blueprint)
    app.jinja_env.globals |= {
        "bundle": address_of,
        "part_of": part_of,
        "parts": part_addresses,
        "sheets": sheet_addresses,
    }


def address_of(name: str) -> str:
    """The address of a bundle with the digest that all bundles share: a page names many, and one digest packs well."""
    return url_for("bundles.give", name=name, v=current_app.extensions["bundle_digest"]())


def _read_digest() -> str:
    digests = "".join(_read(one).digest for one in bundle_names())
    return hashlib.sha256(digests.encode()).hexdigest()[:12]


def part_of(path: str) -> str:
    """The part that a page of ours belongs to; nothing where the sheet and the script of all pages are enough."""
    if path.startswith(f"/{GUIDE}"):
        return "alone"
    first = path.split("/")[1] if "/" in path else ""
    return first if first in LAID_OUT else ""


@functools.cache
def part_bundles() -> dict[str, list[str]]:
    """The bundles of each part; what has a sheet of its own builds on `more.css`."""
    own = {
        part: [name for name in bundle_names() if Path(name).stem == part] for part in PARTS if part != "more"
    }
    return {part: (["more.css"] if part in LAID_OUT else []) + names for part, names in own.items()}


@functools.cache
def sheets_of_all() -> tuple[str, ...]:
    """The sheets of every part, each once, what they build on and the separate pages last: later rules count."""
    parts = part_bundles()
    named = [one for names in (*parts.values(), parts["alone"]) for one in names if one.endswith(".css")]
    return tuple(reversed(dict.fromkeys(reversed(named))))


def sheet_names(part: str, *, dark: bool) -> list[str]:
    """The sheets that a page names beside that of all pages: of its part and the dark look, or of a page outside."""
    if part == ALL:
        return [OUTSIDE]
    named = (*part_bundles().get(part, ()), *(part_bundles()["dark"] if dark else ()))
    return [one for one in named if one.endswith(".css")]


def sheet_addresses(part: str, *, dark: bool) -> list[str]:
    """The addresses of these sheets."""
    return [address_of(name) for name in sheet_names(part, dark=dark)]


def part_addresses() -> dict[str, list[str]]:
    """The addresses of what each part needs, for the pages and for the script that brings it."""
    if "part_addresses" not in g:
        known = {part: [address_of(name) for name in names] for part, names in part_bundles().items()}
        g.part_addresses = known | {GUIDE: known["alone"]}
    found: dict[str, list[str]] = g.part_addresses
    return found


def _read(name: str) -> Bundle:
    found: Bundle = current_app.extensions["bundles"](name)
    return found


@blueprint.get("/static/bundle/<name>")
@public
def give(name: str) -> Response:
    """A bundle, packed for who understands it; it may be kept for a year under its digest, and under another release's not at all."""
    if name not in bundle_names():
        raise NotFound("bundle")
    found, packed = _read(name), request.accept_encodings.quality("gzip") > 0
    answer = make_response(found.packed if packed else found.text)
    answer.headers["Content-Type"] = KINDS[Path(name).suffix]
    is_ours = request.args.get("v", "") == current_app.extensions["bundle_digest"]()
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_ours else "no-store"
    answer.vary.add("Accept-Encoding")
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    return answer
