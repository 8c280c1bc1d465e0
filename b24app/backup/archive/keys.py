"""Keys of the copy: public keys checked, a secret one refused at once, and the short code by which people distinguish keys."""

import re
from collections.abc import Iterable

import pyrage

from b24app.backup.reader.identities import key_code as key_code  # noqa: PLC0414 - the code is one, here and in the reader
from b24app.errors import AppError, BadInput
from b24app.text.messages import N_

Identity = pyrage.x25519.Identity
SECRET = re.compile(r"AGE-(SECRET-KEY|PLUGIN)-", re.IGNORECASE)
PUBLIC_LENGTH = 62


class WrongKey(AppError):
    """The secret key is not the one to which the copy was sealed."""

    status = 422
    public = N_("This key does not open this copy. Take the key whose code stands beside the copy.")


class SecretKeyPasted(BadInput):
    """A secret key was pasted where a public one belongs; it is not kept and not repeated in any message."""


def check_recipient(typed: str, field: str = "recipient") -> str:
    """Check a public age key as it was typed; raises BadInput in clear words, which never repeat what was typed."""
    text = "".join(typed.split())
    if SECRET.search(text):
        raise SecretKeyPasted(
            N_(
                "This is a secret key. We have not kept it, but it was sent over the network: make a new pair of keys "
                "and paste the public one, which begins with age1."
            ),
            field,
        )
    if not text:
        raise BadInput(N_("Paste the public key: one line that begins with age1."), field)
    if not text.lower().startswith("age1"):
        raise BadInput(
            N_("A public key begins with age1. Make one here, or with the command age-keygen."), field
        )
    return _read_public(text, field)


def _read_public(text: str, field: str) -> str:
    try:
        return str(pyrage.x25519.Recipient.from_str(text.lower()))
    except pyrage.RecipientError:
        raise BadInput(_why_wrong(text), field) from None


def _why_wrong(text: str) -> str:
    if len(text) < PUBLIC_LENGTH:
        return N_("The public key is cut: it has 62 characters. Copy the whole line.")
    if len(text) > PUBLIC_LENGTH:
        return N_(
            "The public key is too long: it has 62 characters. Keys of plugins and of other kinds do not fit."
        )
    return N_("A character of the public key is wrong. Copy the whole line again.")


def check_recipients(typed: Iterable[str]) -> tuple[str, ...]:
    """One public key or two, in their order; an empty second one and the same key twice are left out."""
    found = [check_recipient(one) for one in typed if one.strip()]
    if not found:
        raise BadInput(N_("Paste the public key: one line that begins with age1."), "recipient")
    return tuple(dict.fromkeys(found))


def read_identity(text: str) -> Identity:
    """A secret key as a person gives it; raises WrongKey, whose words never repeat it."""
    try:
        return pyrage.x25519.Identity.from_str("".join(text.split()).upper())
    except pyrage.IdentityError:
        raise WrongKey from None


def throw_away_identity() -> Identity:
    """A key for a trial: it lives as long as the caller holds it, and is written nowhere."""
    return pyrage.x25519.Identity.generate()


def public_key_of(identity: Identity) -> str:
    """The public key that belongs to a secret one."""
    return str(identity.to_public())
