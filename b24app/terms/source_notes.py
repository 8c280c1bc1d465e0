"""What the data adds to a fact in a few words, and what its sources are called, in the reader's language."""

from flask_babel import get_locale, gettext

from b24app.terms.sources import Source
from b24app.text.messages import N_

NOTES = {
    "notices start": N_("notices start"),
    "header turns red, not with autopay": N_("the header turns red, not with autopay"),
    "everything works": N_("everything works"),
    "view only, integrations off": N_("view only, integrations off"),
    "level blocked at -14": N_("the portal’s code counts 14 days"),
    "days without any login on the free plan": N_("days without any sign-in on the free plan"),
    "a coupon works at once": N_("a coupon works at once"),
    "usually within 24 hours": N_("usually within 24 hours"),
    "no such rule was found: ask before paying": N_("no such rule was found: ask before paying"),
    "newest code outside the CIS": N_("newest code outside the CIS"),
    "notices start; written for the cloud": N_("notices start; written for the cloud"),
    "then fully blocked": N_("then fully blocked"),
    "then run SiteUpdate": N_("then run the update of the system"),
    "the portal's own notice": N_("the portal’s own notice"),
    "a grace of its own is not promised anywhere": N_("a grace of its own is not promised anywhere"),
    "the number stops on an empty balance": N_("the number stops on an empty balance"),
    "extensions of users; keep in step with the main licence": N_("for extensions of users"),
    "QIWI wallets are closed; WebMoney is not confirmed": N_(
        "QIWI wallets are closed; WebMoney is not confirmed"
    ),
}


def say_note(note: str) -> str:
    """The remark in the reader's language; nothing for a remark that is not meant for people."""
    return gettext(NOTES[note]) if note in NOTES else ""


def name_source(source: Source) -> str:
    """What a source is called; a source that has no English name keeps its own."""
    locale = get_locale()
    return source.title_en if source.title_en and locale and locale.language != "ru" else source.title
