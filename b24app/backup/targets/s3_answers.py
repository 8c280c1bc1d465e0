"""Reads the answers of an S3 storage: pages of objects, single values, and errors by their codes."""

from dataclasses import dataclass

from b24app.backup.targets.safe_xml import XmlElement, XmlTooLong, XmlWrong, read_xml
from b24app.backup.targets.storage_requests import StorageReply
from b24app.backup.targets.target import StoredObject, TargetFailed, TargetRefused

REFUSED = {
    "InvalidAccessKeyId": "key",
    "SignatureDoesNotMatch": "signature",
    "AccessDenied": "right",
    "AllAccessDisabled": "right",
    "AccountProblem": "right",
    "NoSuchBucket": "bucket",
    "InvalidBucketName": "bucket",
    "PermanentRedirect": "region",
    "AuthorizationHeaderMalformed": "region",
    "IllegalLocationConstraintException": "region",
    "RequestTimeTooSkewed": "clock",
    "RequestExpired": "clock",
    "EntityTooLarge": "too_large",
    "QuotaExceeded": "no_room",
    "BucketMaxSizeExceeded": "no_room",
    "InsufficientStorage": "no_room",
    "StorageFull": "no_room",
    "XMinioStorageFull": "no_room",
    "XMinioAdminBucketQuotaExceeded": "no_room",
}
BY_STATUS = {401: "key", 403: "right", 404: "answer", 405: "answer", 413: "too_large", 507: "no_room"}
BUSY = frozenset({408, 409, 429, 503})
OF_A_PAGE = frozenset({"ListBucketResult", "Contents", "Key", "Size", "IsTruncated", "NextContinuationToken"})


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """Some objects and the token of the next page; empty for the last one."""

    objects: tuple[StoredObject, ...]
    token: str


def read_page(content: bytes) -> ObjectPage:
    """A page of ListObjectsV2."""
    root = _read(content, OF_A_PAGE)
    if root is None or root.name != "ListBucketResult":
        raise TargetFailed("answer")
    objects = tuple(_object(found) for found in root.children if found.name == "Contents")
    token = root.value("NextContinuationToken")
    if root.value("IsTruncated") != "true":
        return ObjectPage(objects, "")
    if not token:  # the list is cut off, without a token to continue
        raise TargetFailed("answer")
    return ObjectPage(objects, token)


def _object(found: XmlElement) -> StoredObject:
    size = found.value("Size")
    if not size.isdecimal():
        raise TargetFailed("answer")
    return StoredObject(found.value("Key"), int(size))


def read_value(content: bytes, name: str) -> str:
    """The text of one element; empty when it is not there or the answer is no XML."""
    try:
        root = _read(content)
    except TargetRefused:
        return ""
    return root.value(name) if root is not None else ""


def explain(reply: StorageReply) -> TargetFailed:
    """What a refusal means, by its code first and its status second."""
    code = read_value(reply.content, "Code")
    if code in REFUSED:
        return TargetRefused(REFUSED[code])
    if code == "SlowDown" or reply.status in BUSY:
        return TargetFailed("busy")
    if reply.status in BY_STATUS:
        return TargetRefused(BY_STATUS[reply.status])
    if reply.status >= 500:
        return TargetFailed("fault")
    return TargetRefused("answer")


def _read(content: bytes, kept_names: frozenset[str] = frozenset()) -> XmlElement | None:
    try:
        return read_xml(content, kept_names) if content else None
    except XmlTooLong:
        raise TargetRefused("too_long") from None
    except XmlWrong:
        return None
