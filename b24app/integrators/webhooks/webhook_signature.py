"""Signatures of the Standard Webhooks specification: HMAC-SHA256 over id, moment and body, in base64 behind `v1,`. Pure."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
BYTES = 32


def make_secret() -> str:
    """A new secret, as receivers enter it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def sign_message(secret: str, code: str, moment: int, body: bytes) -> str:
    """One signature of a message."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    made = hmac.new(key, f"{code}.{moment}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def signed_headers(secrets_: Iterable[str], code: str, moment: int, body: bytes) -> dict[str, str]:
    """The headers of a message: while a secret is being changed, a signature by each of them."""
    signatures = " ".join(sign_message(secret, code, moment, body) for secret in secrets_)
    return {"webhook-id": code, "webhook-timestamp": str(moment), "webhook-signature": signatures}
