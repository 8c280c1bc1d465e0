"""Settings of the shop that were put back and have another number now, by the journals of earlier restores."""

from b24app.backup.restore.data.shop.present_settings import MovedSettings
from b24app.backup.restore.given_ids import given_ids

KINDS = ("vat", "measure", "price_type", "product_property", "product_property_enum", "person_type", "checkout_field", "delivery")  # fmt: skip
"""Writers whose objects rows of the shop refer to by number."""


def moved_settings() -> MovedSettings:
    """New numbers by former ones, by the entity of the copy; the newest counts."""
    found: dict[str, dict[str, str]] = {}
    for (entity, former), made in given_ids(KINDS).items():
        found.setdefault(entity, {})[former] = made[0]
    return found
