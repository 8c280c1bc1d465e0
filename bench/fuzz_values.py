"""What a hostile or broken sender puts where a text, a number, a date, a file or a body is expected."""

import json
from random import Random
from urllib.parse import quote, quote_from_bytes

DEEP = "[" * 20_000 + "]" * 20_000
DEEP_OBJECT = '{"a":' * 5_000 + "1" + "}" * 5_000
SURROGATE = json.dumps({"a": "\ud800", "\udfff": "b"})

TEXTS: tuple[str, ...] = (
    "", " ", "\x00", "a\x00b", "\r\nBcc: x@example.com", "\ufeff", "\u202e", "\ufffe", "\U0010ffff",
    "x" * 300, "я" * 3_000, "x" * 70_000, "'", '"><script>', "{{7*7}}", "%s%n", "%(x)s", "../../etc/passwd",
    "null", "undefined", "[]", "{}", "true", "yes", "no", DEEP, DEEP_OBJECT, SURROGATE, "\ud800",
)  # fmt: skip
NUMBERS: tuple[str, ...] = (
    "0", "-0", "-1", "1", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
    "9" * 40, "9" * 5_000, "1e3", "1e308", "1e999", "-1e999", "NaN", "sNaN", "nan", "inf", "-Infinity", "0x10",
    "1_000", "٣", "²", "十", "1.5", "1,5", "13 990,50", "0.0000000000000000001", "1e-400", " 7 ", "+7", "--1",
)  # fmt: skip
DATES: tuple[str, ...] = (
    "0001-01-01", "9999-12-31", "10000-01-01", "0000-00-00", "1899-12-31", "2026-02-30", "2026-13-01", "20261223",
    "2026-W52-3", "23.12.2026", "31.02.2026", "1.1.1", "...", "..", "٢٠٢٦-١٢-٢٣", "2026-12-23T09:00", "0001-01-01T00:00",
    "9999-12-31T23:59", "9999-12-31T23:59+23:59", "0001-01-01T00:00-23:59", "2026-12-23T09:00Z", "2026-12-23T25:00",
    "1969-12-31", "2026-12-23", "-2026-12-23",
)  # fmt: skip
ADDRESSES: tuple[str, ...] = (
    "https://[", "https://]", "http://[::1", "https://[::1]:99999/", "https://a:b@c:d/", "https://x:99999999999/",
    "//", "javascript:alert(1)", "https://\u2100/", "https://" + "a" * 300 + "/", "https://xn--/", "https://..",
    "https://例え.テスト/", "a@b", "a@b.c\r\nX: y", "@", "a@" + "b" * 400, "https://exa\x00mple.com", "http://0x7f.1",
)  # fmt: skip
JSONS: tuple[str, ...] = (
    DEEP, DEEP_OBJECT, SURROGATE, '{"a": NaN}', '{"a": 1e999}', '{"a":' + "9" * 5_000 + "}", '{"a\\u0000": "\\u0000"}',
    "[]", "undefined", "null", '"x"', '{"a": {"b": []}}', "{" * 500, '{"a": true, "b": null, "ID": "5"}',
)  # fmt: skip
WORDS = (*TEXTS, *NUMBERS, *DATES, *ADDRESSES)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get", "X" * 40)
SEGMENTS: tuple[str, ...] = (
    "%00", "%ff", "%ed%a0%80", "%", "%zz", "%2e%2e%2f", "a" * 3_000, "%F0%9F%92%A5", "1%00", "..", ".", "%0d%0a",
    "1;2", "-1", "1.0", "%D9%A3", "area:%00", "area:x", "None", "%5B", "{x}", "%7f",
)  # fmt: skip
HEADERS: tuple[tuple[str, str], ...] = (
    ("Accept-Language", "," * 500), ("Accept-Language", "ru;q=nan"), ("Accept-Language", "en;q=1e999,*;q=x"),
    ("Accept-Language", "\xff\xfe"), ("Accept-Language", "a" * 5_000), ("Accept-Language", "ru-RU-x-" + "9" * 60),
    ("Host", "["), ("Host", "a:b:c"), ("Host", "xn--\xff"), ("Host", ""), ("Host", "h" * 2_000), ("Host", "a b"),
    ("Host", "x:99999999"), ("Cookie", "=;;=\x7f; a"), ("Cookie", "a=" + "b" * 9_000), ("Cookie", '"\xff"=1'),
    ("Range", "bytes=-,9-1"), ("Range", "bytes=0-99999999999999999999"), ("If-Modified-Since", "0"),
    ("If-Modified-Since", "Mon, 99 Foo 99999 99:99:99 GMT"), ("If-None-Match", '"'), ("X-Forwarded-For", "\xff,,[::"),
    ("X-Forwarded-For", "x" * 3_000), ("Authorization", "Basic ///"), ("Authorization", "Bearer \xff"),
    ("HX-Target", "\xff" * 40), ("HX-Current-URL", "https://["), ("Content-Encoding", "gzip"), ("Expect", "100-continue"),
    ("Transfer-Encoding", "chunked"), ("Origin", "null"), ("Referer", "https://["), ("Forwarded", 'for="'),
    ("X-Frame-Token", "\xff"), ("X-Frame-Token", "x" * 20_000), ("X-Frame-Token", "e30.x"), ("Accept", "q=;;,/"),
)  # fmt: skip


def word(draw: Random) -> str:
    """One hostile value, or several of them glued, or characters of chance."""
    kind = draw.random()
    if kind < 0.8:
        return draw.choice(WORDS)
    if kind < 0.9:
        return draw.choice(WORDS)[:50] + draw.choice(WORDS)[:50]
    return "".join(chr(draw.choice((draw.randrange(0x20), draw.randrange(0x3000)))) for _ in range(20))


def word_like(draw: Random, valid: str) -> str:
    """A hostile value of the kind that a field expects, going by its valid one."""
    if draw.random() < 0.3:
        return word(draw)
    if valid[:1] in "{[" or valid == "undefined":
        return draw.choice(JSONS)
    if valid[:4].isdecimal() and valid[4:5] == "-":
        return draw.choice(DATES)
    if valid[:1].isdecimal():
        return draw.choice(NUMBERS)
    return draw.choice(ADDRESSES if "://" in valid or "@" in valid else TEXTS)


def encode_form(pairs: list[tuple[str, str]]) -> bytes:
    """A form's body; lone surrogates and raw bytes go through as they are."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs).encode("latin-1")


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def encode_parts(pairs: list[tuple[str, str]], draw: Random) -> tuple[bytes, str]:
    """A multipart body with a file of hostile name and content."""
    edge = "edge"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name[:80]}"\r\n\r\n{value}\r\n'
        for name, value in pairs
    ]
    name = word(draw)[:300].replace("\r", "").replace("\n", "")
    content = draw.choice(("", "%PDF-1.4", "a;b\r\n" * 50, "kind;ends_on\r\nplan;" + word(draw), word(draw)))
    media = draw.choice(("text/csv", "application/pdf", "", "x/y; charset=utf-7"))
    parts.append(
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {media}\r\n\r\n{content}\r\n--{edge}--\r\n"
    )
    body = "".join(parts).encode("utf-8", "surrogatepass")
    cut = len(body) if draw.random() < 0.85 else draw.randrange(len(body))
    return body[:cut], f"multipart/form-data; boundary={edge if draw.random() < 0.9 else chr(34)}"


def odd_body(draw: Random) -> tuple[bytes, str]:
    """A body of another kind than its form, or of more fields than any form has."""
    return draw.choice(
        (
            (DEEP.encode(), "application/json"),
            (SURROGATE.encode(), "application/json"),
            (b'{"a": NaN, "b": 1e999}', "application/json; charset=utf-16"),
            (b"\xff\xfe\x00", "text/plain"),
            (b"a=1&" * 3_000, "application/x-www-form-urlencoded"),
            (b"[" * 900 + b"=1", "application/x-www-form-urlencoded"),
            (b"%&%%=%zz&=&&;;", "application/x-www-form-urlencoded; charset=x-none"),
            (b"x", "multipart/form-data"),
            (b"x", "multipart/form-data; boundary=" + "b" * 300),
            (b"", "/"),
        )
    )


def segment(draw: Random) -> str:
    """One hostile part of a path, already percent-encoded or deliberately not."""
    if draw.random() < 0.5:
        return draw.choice(SEGMENTS)
    return quote(draw.choice(NUMBERS + DATES), safe="") or "0"
