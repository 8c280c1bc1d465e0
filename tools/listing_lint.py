"""The lint of the listing kit: lengths, names of the vendor, keywords, forbidden words, languages, versions, evidence, placeholders."""

import re
from collections.abc import Iterable, Iterator, Mapping
from string import Formatter

from b24app.manifest import Manifest
from b24app.plans.plan_catalogue import read_plans
from b24app.text.table_cells import plain_spaces
from tools.listing_evidence import Evidenced
from tools.listing_fields import fields_of
from tools.listing_kit import CardText, Kit, read_ticks
from tools.listing_languages import strangers

PLACEHOLDERS = {
    "operator_name", "operator_mail", "operator_phone", "operator_hours", "operator_reaction", "support_contact", "test_storage", "extra_prices",
}  # fmt: skip
DEMANDED = {"support": ("operator_name", "support_contact", "operator_hours", "operator_reaction")}
"""Placeholders without which a field does not say what CR 1.B.9 asks for."""

CONTACTS = (r"https?://\S*", r"\S+@\S+", r"\+\d[\d ()-]{6,}", r"\{\w+\}")
SENTENCE_ENDS = re.compile(r"[.!?…](?:\s|$)")


def find_faults(kit: Kit, manifest: Manifest, tree: Evidenced) -> list[str]:
    """Everything that a reviewer would refuse or that is not true of this tree, with file and field."""
    faults = [
        *check_map(kit),
        *check_applications(kit),
        *check_choices(kit),
        *check_switches(kit, read_ticks()),
        *check_versions(kit, manifest),
        *tree.faults(kit.claims),
    ]
    for (region, language), text in kit.texts.items():
        fields = fields_of(kit, region, language, manifest)
        found = (
            *check_draft(kit, text, language),
            *check_claims(kit, text),
            *check_lengths(kit, fields, text),
            *check_words(kit, region, language, fields, text),
            *check_placeholders(kit, region, fields),
            *check_extras(kit, language, text),
            *(
                f"{name}: “{word}” is not {language}"
                for name, word in strangers(kit.patterns, language, fields)
            ),
        )
        faults += [f"listing/{region}/{language}.toml: {fault}" for fault in found]
    return faults


def check_map(kit: Kit) -> Iterator[str]:
    """Zones lead to regions, regions have what the vendor asks of them."""
    plans = {plan.code for plan in read_plans("ru").offered()}
    for zone, leads_to in (*kit.zones.items(), ("others", kit.others)):
        if leads_to not in kit.regions:
            yield f"listing/regions.toml: zone {zone}: there is no region {leads_to}"
    for name, region in kit.regions.items():
        if region.required not in region.languages:
            yield f"listing/regions.toml: {name}: the language {region.required} is missing"
        if region.price_policy not in kit.price_policies:
            yield f"listing/regions.toml: {name}: unknown price policy {region.price_policy}"
        if region.minimal_plan not in plans or region.minimal_plan not in kit.plan_titles:
            yield f"listing/regions.toml: {name}: unknown plan {region.minimal_plan}"


def check_applications(kit: Kit) -> Iterator[str]:
    """One application of the vendor has one price policy in all its regions."""
    policies = {one.application: one.price_policy for one in kit.regions.values()}
    for name, one in kit.regions.items():
        if policies[one.application] != one.price_policy:
            yield f"listing/regions.toml: {name}: one application has two price policies (FAQ of the vendor)"


def check_choices(kit: Kit) -> Iterator[str]:
    """Categories and tags: how many, and none whose condition is not met."""
    titles = [title for one in kit.categories for title in (one.ru, one.en)]
    closed = [
        title for title in titles if any(name in title for name in kit.patterns["closed_categories"]["names"])
    ]
    yield from (
        f"listing/regions.toml: the category {title} has a condition that is not met" for title in closed
    )
    for name, count in (
        ("categories", len(kit.categories)),
        *(("tags", len(text.tags)) for text in kit.texts.values()),
    ):
        if not 0 < count <= kit.length(name).most:
            yield f"listing/regions.toml: {name}: {count}, at most {kit.length(name).most}"


def check_versions(kit: Kit, manifest: Manifest) -> Iterator[str]:
    """Every version says what is new in every language of a description."""
    wanted = range(1, manifest.version + 1)
    for language in sorted({language for _region, language in kit.texts}):
        said = kit.versions.get(language, {})
        for number in wanted:
            if not said.get(number):
                yield f"listing/versions/{language}.toml: version {number} says nothing new"
        for number in sorted(said.keys() - set(wanted)):
            yield f"listing/versions/{language}.toml: there is no version {number} in manifest.json"


def check_switches(kit: Kit, ticked: Mapping[str, bool]) -> Iterator[str]:
    """The switches of the version's card are those of manifest.json, where that names them."""
    ours = kit.version_card
    same = {
        "own_page": ours.own_page_and_menu_item,
        "menu_item": ours.own_page_and_menu_item,
        "mobile": ours.mobile,
        "anybody_installs": ours.install_by_any_user,
    }
    for name, on in same.items():
        if ticked.get(name, on) != on:
            yield f"listing/regions.toml: version_card: manifest.json says {name}: {ticked[name]}"


def check_draft(kit: Kit, text: CardText, language: str) -> Iterator[str]:
    """A text in Kazakh is a draft until a native reader has signed, and a signed text is none."""
    if text.draft and text.read_by:
        yield "draft: it was read, hence it is no draft"
    if language == "kk" and not text.draft:
        if not text.read_by:
            yield "read_by: nobody whose mother tongue it is has signed it, hence it is a draft"
        elif (language, text.read_by) not in kit.readers:
            yield f"read_by: {text.read_by} has not signed in translations/readers.toml"


def check_claims(kit: Kit, text: CardText) -> Iterator[str]:
    """Every sentence has its evidence, every sentence with evidence stands there, every kind of limit is named."""
    claims = text.description.claims
    yield from (
        f"description: {code} points to no page and no test" for code in claims if code not in kit.claims
    )
    yield from (f"description: {code} is not said" for code in kit.claims if code not in claims)
    named = {kit.claims[code].limit for code in text.description.limits if code in kit.claims}
    yield from (f"description: no limit of the kind {kind}" for kind in kit.limits if kind not in named)
    if misplaced := [
        code for code in text.description.abilities if code in kit.claims and kit.claims[code].limit
    ]:
        yield f"description: {', '.join(misplaced)} are limits"


def check_lengths(kit: Kit, fields: dict[str, str], text: CardText) -> Iterator[str]:
    """Nothing is empty, too short or too long; a slogan has one or two sentences and is not the name."""
    for name, value in fields.items():
        rule = kit.length(name)
        if not max(1, rule.least) <= len(value) <= rule.most:
            yield f"{name}: {len(value)} characters, {rule.least} to {rule.most} ({rule.source})"
    yield from (f"{name}: an empty sentence" for name, value in sentences(text) if not value.strip())
    rule, count = kit.length("slogan_sentences"), len(SENTENCE_ENDS.findall(text.slogan))
    if not rule.least <= count <= rule.most:
        yield f"slogan: {count} sentences, {rule.least} to {rule.most} ({rule.source})"
    if text.name.casefold() in text.slogan.casefold():
        yield "slogan: it repeats the name (CR 1.B.3)"


def sentences(text: CardText) -> Iterator[tuple[str, str]]:
    """Each part of the fields that are lists."""
    yield from text.description.claims.items()
    yield from (text.installation.settings | text.installation.external).items()
    yield from (("steps", step) for step in (*text.installation.steps, *text.test_data.steps))
    yield from (("keywords", word) for word in text.keywords)


def check_words(
    kit: Kit, region: str, language: str, fields: dict[str, str], text: CardText
) -> Iterator[str]:
    """Names of the vendor, offers and promises, brands among keywords, and what a region forbids beyond that."""
    rules, place = kit.patterns, kit.regions[region]
    for name, value in fields.items():
        yield from told(
            name, "the vendor writes it otherwise", rules["vendor_names"][language], value, flags=0
        )
        yield from told(name, "an offer or a promise", rules["forbidden"][language], value)
        if place.international:
            yield from told(name, "of one country", rules["international"]["local"], value)
    for name in ("name", "slogan", "description", "keywords"):
        yield from told(
            name, "contacts and addresses belong into the support field (CR 1.D.4)", CONTACTS, fields[name]
        )
    yield from told("keywords", "a brand", rules["keyword_brands"]["names"], fields["keywords"])
    words = [word.casefold() for word in text.keywords]
    yield from (
        f"keywords: {word} stands twice" for word in sorted({one for one in words if words.count(one) > 1})
    )
    yield from (f"keywords: a comma inside “{word}”" for word in text.keywords if "," in word)
    if place.reference_only:
        for name in ("name", "slogan", "description"):
            for kind, expressions in rules["reference_only"].items():
                yield from told(name, f"reference only, no {kind}", expressions, fields[name])
        yield from told(
            "installation", "no brands", rules["reference_only"]["brands"], fields["installation"]
        )


def told(
    name: str, why: str, expressions: Iterable[str], value: str, flags: int = re.IGNORECASE
) -> Iterator[str]:
    """A fault for each expression that is found; spaces that do not break and signs that nobody sees hide nothing."""
    value = plain_spaces(value)
    for expression in expressions:
        if found := re.search(expression, value, flags):
            yield f"{name}: “{found[0]}”: {why}"


def check_placeholders(kit: Kit, region: str, fields: dict[str, str]) -> Iterator[str]:
    """Only known words of the operator, and those that the field has to say."""
    for name, value in fields.items():
        used = placeholders(value)
        yield from (f"{name}: unknown placeholder {{{one}}}" for one in sorted(used - PLACEHOLDERS))
        yield from (f"{name}: {{{one}}} is not said" for one in DEMANDED.get(name, ()) if one not in used)
    if kit.regions[region].international and "operator_phone" not in placeholders(fields["support"]):
        yield "support: {operator_phone} is not said: the West asks for an international number (CR 1.A)"


def check_extras(kit: Kit, language: str, text: CardText) -> Iterator[str]:
    """What is said in place of «no paid functions» where the operator has some: with prices, and without offers (CR 1.B.5)."""
    for name, value in (("extras", text.description.extras), ("price.extras", text.price.extras)):
        if "extra_prices" not in placeholders(value):
            yield f"{name}: {{extra_prices}} is not said"
        yield from told(name, "an offer or a promise", kit.patterns["forbidden"][language], value)
        yield from (
            f"{name}: “{word}” is not {language}"
            for _name, word in strangers(kit.patterns, language, {name: value})
        )


def placeholders(value: str) -> set[str]:
    """The words in braces."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(value) if name is not None}
