"""An answer that a storage bloats does not hold the shared worker up: bounded bytes, elements, texts and depth, and no entities."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from b24app.backup.targets.safe_xml import MOST_XML, XmlTooLong, XmlWrong, read_xml
from b24app.backup.targets.target import Target, TargetFailed, TargetRefused
from tests.backup.strange_site import says, strange_site
from tests.backup.test_target_failures import strange_s3, strange_webdav

pytestmark = pytest.mark.once

MANY = 2_000_000
BILLION_LAUGHS = (
    b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><r>&c;</r>'
)


def refuse(content: bytes, kept_names: tuple[str, ...]) -> None:
    with pytest.raises(XmlWrong):
        read_xml(content, kept_names)


@pytest.mark.parametrize("kept_names", [(), ("response",)], ids=["all kept", "few kept"])
@pytest.mark.parametrize(
    "content",
    [
        b"<r>" + b"<a/>" * MANY + b"</r>",
        b"<r>" + b"<response/>" * (MANY // 3) + b"</r>",
        b"<r>" + b"<response>x</response>" * (MANY // 6) + b"</r>",
        b"<r>" + b"<response>" * 1000,
        b"<r>" + b"x" * 9_000_000 + b"</r>",
        b"<r>" + b"x<a/>" * MANY + b"</r>",
        b"<r>" + b"<a/>" * (16 * MANY) + b"</r>",
    ],
    ids=["elements", "kept", "kept with texts", "deep", "text", "pieces of text", "64 MB"],
)
def test_a_bloated_document_costs_little(content: bytes, kept_names: tuple[str, ...]) -> None:
    begun = time.process_time()
    refuse(content, kept_names)
    assert time.process_time() - begun < 3
    tracemalloc.start()
    try:
        refuse(content, kept_names)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kept_names", [(), ("r",)])
def test_entities_are_refused_before_any_is_put_in(kept_names: tuple[str, ...]) -> None:
    with pytest.raises(XmlWrong):
        read_xml(BILLION_LAUGHS, kept_names)


def test_elements_that_are_not_asked_for_are_left_out_with_what_they_hold_lifted() -> None:
    root = read_xml(b"<m><r><p><s><href>/a</href><x>no</x></s></p></r></m>", {"r", "href"})
    assert root.value("href") == "/a"
    assert root.first("x") is None


def test_a_document_of_the_largest_folder_is_read() -> None:
    one = b"<response><href>/dav/renewal-copy/%064d.jsonl.zst.age</href><getcontentlength>8</getcontentlength></response>"
    content = b"<multistatus>" + b"".join(one % number for number in range(20_000)) + b"</multistatus>"
    root = read_xml(content, {"response", "href", "getcontentlength"})
    assert len(root.children) == 20_000


@pytest.mark.enable_socket
@pytest.mark.servers
@pytest.mark.parametrize("opened", [strange_s3, strange_webdav])
@pytest.mark.parametrize(
    "body",
    [b"<ListBucketResult>" + b"<Contents/>" * 200_000, b"<multistatus>" + b" " * (MOST_XML + 1)],
    ids=["elements", "bytes"],
)
def test_a_list_that_is_bloated_is_refused_in_words(opened: object, body: bytes) -> None:
    status = 200 if opened is strange_s3 else 207
    with strange_site(says(status, body)) as site:
        target: Target = strange_s3(site) if opened is strange_s3 else strange_webdav(site)
        with pytest.raises(TargetFailed) as failed:
            list(target.names("renewal-copy/"))
    if len(body) > MOST_XML or opened is strange_s3:
        assert failed.value.reason == "too_long"
    assert failed.value.reason in {"too_long", "answer"}


@pytest.mark.enable_socket
@pytest.mark.servers
@pytest.mark.parametrize("opened", [strange_s3, strange_webdav])
def test_the_words_of_a_refusal_are_bounded_too(opened: object) -> None:
    with strange_site(says(403, b"<Error>" + b"<Code/>" * 3_000_000 + b"</Error>")) as site:
        target: Target = strange_s3(site) if opened is strange_s3 else strange_webdav(site)
        with pytest.raises(TargetRefused, match=r"too_long|right"):
            target.delete("renewal-copy/x")


def test_what_is_too_long_is_no_xml_of_ours() -> None:
    with pytest.raises(XmlTooLong):
        read_xml(b" " * (MOST_XML + 1))
