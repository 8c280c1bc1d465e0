"""Keeps objects in a bucket of any S3 storage: requests of our own behind the guard, with botocore's signature alone.

A put never replaces: `If-None-Match` asks for it where the storage supports it. Versions and locks of a bucket are used when on.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

from b24app.backup.targets.object_names import LARGEST, MOST_OBJECTS
from b24app.backup.targets.s3_answers import explain, read_page, read_value
from b24app.backup.targets.safe_xml import MOST_XML
from b24app.backup.targets.storage_requests import StorageReply, StorageRequests
from b24app.backup.targets.target import ObjectMissing, StoredObject, TargetRefused
from b24app.backup.targets.target_settings import S3Settings
from b24app.clock import Clock

LOCKED_FOR = timedelta(days=30)
"""How long a bucket with a lock and no rule of its own keeps what we write: as long as the portal's own bin."""
PAGE, MOST_PAGES = 1000, 10_000


@dataclass(frozen=True, slots=True)
class BucketNotes:
    """How a bucket treats objects: keeps versions, locks objects, has a rule of its own for how long."""

    versions: bool = False
    locks: bool = False
    own_rule: bool = False


@dataclass
class S3Target:
    """Objects of one bucket, below a folder of it."""

    settings: S3Settings
    requests: StorageRequests
    clock: Clock
    _conditional: bool = field(default=True, init=False)

    def put(self, name: str, content: bytes) -> None:
        """Write bytes under their hash; when the name is taken, they must be the same."""
        reply = self._put(name, content)
        if reply.status == 412 and self._conditional:
            if self.get(name) != content:
                raise TargetRefused("other_bytes")
        elif reply.status not in {200, 201, 204}:
            raise explain(reply)

    def get(self, name: str) -> bytes:
        """The bytes of an object."""
        reply = self._ask("GET", self._key(name))
        if reply.status == 404 and read_value(reply.content, "Code") in {"", "NoSuchKey"}:
            raise ObjectMissing
        if reply.status != 200:
            raise explain(reply)
        return reply.content

    def delete(self, name: str) -> None:
        """Delete an object; a bucket with versions keeps the old one behind a delete marker."""
        reply = self._ask("DELETE", self._key(name))
        missing = reply.status == 404 and read_value(reply.content, "Code") in {"", "NoSuchKey"}
        if reply.status not in {200, 202, 204} and not missing:
            raise explain(reply)

    def names(self, prefix: str = "") -> Iterator[StoredObject]:
        """Objects page by page; a storage that lists without an end is refused."""
        folder, token, seen = self._key(""), "", 0
        for _ in range(MOST_PAGES):
            query = {"list-type": "2", "max-keys": str(PAGE), "prefix": folder + prefix}
            reply = self._ask("GET", "", query | ({"continuation-token": token} if token else {}))
            if reply.status != 200:
                raise explain(reply)
            page = read_page(reply.content)
            for found in page.objects:
                seen += 1
                yield StoredObject(found.name.removeprefix(folder), found.size)
            if not page.token:
                return
            if page.token == token or seen > MOST_OBJECTS:
                raise TargetRefused("too_many")
            token = page.token
        raise TargetRefused("too_many")

    def close(self) -> None:
        """Close connections."""
        self.requests.close()

    @cached_property
    def bucket(self) -> BucketNotes:
        """Versioning and locks of the bucket; a storage or a key that does not return them counts as having none."""
        versions, lock = self._ask("GET", "", {"versioning": ""}), self._ask("GET", "", {"object-lock": ""})
        locks = lock.status == 200 and read_value(lock.content, "ObjectLockEnabled") == "Enabled"
        return BucketNotes(
            versions=versions.status == 200 and read_value(versions.content, "Status") == "Enabled",
            locks=locks,
            own_rule=locks and read_value(lock.content, "Mode") != "",
        )

    def _put(self, name: str, content: bytes) -> StorageReply:
        headers = {
            "Content-MD5": base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode(),
            "Content-Type": "application/octet-stream",
            **self._lock(self.clock.now()),
        }
        if self._conditional:
            reply = self._ask("PUT", self._key(name), {}, headers | {"If-None-Match": "*"}, content)
            if reply.status != 501:
                return reply
            self._conditional = (
                False  # this storage does not support conditions: names are hashes, so nothing is lost
            )
        return self._ask("PUT", self._key(name), {}, headers, content)

    def _lock(self, now: datetime) -> Mapping[str, str]:
        if not self.bucket.locks or self.bucket.own_rule:
            return {}
        until = (now + LOCKED_FOR).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"x-amz-object-lock-mode": "GOVERNANCE", "x-amz-object-lock-retain-until-date": until}

    def _key(self, name: str) -> str:
        folder = self.settings.folder.strip("/")
        return f"{folder}/{name}" if folder else name

    def _ask(
        self,
        method: str,
        key: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
    ) -> StorageReply:
        url = self._url(key, query or {})
        signed = self._sign(method, url, headers or {}, content)
        most = LARGEST if method == "GET" and key and not query else MOST_XML
        return self.requests.ask(method, url, signed, content or None, most=most)

    def _url(self, key: str, query: Mapping[str, str]) -> str:
        parts = urlsplit(self.settings.endpoint)
        bucket = self.settings.bucket
        host = parts.netloc if self.settings.in_path else f"{bucket}.{parts.netloc}"
        path = f"/{bucket}/{key}" if self.settings.in_path else f"/{key}"
        asked = "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in sorted(query.items()))
        return f"{parts.scheme}://{host}{quote(path, safe='/-_.~')}" + (f"?{asked}" if asked else "")

    def _sign(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> dict[str, str]:
        """The headers with a signature over them, the address and the content; the secret is not sent."""
        request = AWSRequest(method=method, url=url, data=content, headers=dict(headers))
        key = ReadOnlyCredentials(self.settings.key_id, self.settings.secret.get_secret_value(), None)
        S3SigV4Auth(key, "s3", self.settings.region).add_auth(request)
        return dict(request.headers.items())
