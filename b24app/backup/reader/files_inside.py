"""Whole files in a copy, such as guided exports: their sealed parts opened and joined, with the hash of the whole."""

import hashlib
from collections.abc import Iterator

from b24app.backup.reader.objects import SEALED_NAME, Objects
from b24app.backup.reader.pack_format import Identities, PackFacts, check_sealed, open_age, unpacked
from b24app.backup.reader.problems import Problem
from b24app.backup.reader.stored_copies import ListedFile


def join_parts(objects: Objects, file: ListedFile, identities: Identities) -> Iterator[bytes]:
    """The bytes of a file in pieces; without a key nothing comes, and only the sealed parts are checked."""
    digest, size = hashlib.sha256(), 0
    for part in file.parts:
        for piece in _open_part(objects, part, identities):
            digest.update(piece)
            size += len(piece)
            yield piece
    if identities and (size != file.size or digest.hexdigest() != file.sha256):
        raise Problem("plain_hash_differs")


def _open_part(objects: Objects, name: str, identities: Identities) -> Iterator[bytes]:
    """One part, named by the hash of its sealed bytes; packed by zstd when its name has that ending."""
    told = SEALED_NAME.search(name)
    if told is None:
        raise Problem("pack_missing")
    sealed = objects.read_sealed(told[1])
    check_sealed(sealed, PackFacts(sha256=told[1]))
    if identities:
        plain = open_age(sealed, identities)
        yield from unpacked(plain) if told[2] else (plain,)
