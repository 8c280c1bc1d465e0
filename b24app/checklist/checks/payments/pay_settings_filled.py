"""Are the keys of pay systems filled in?"""

import re
from collections.abc import Iterable

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.pay_providers import field_title, missing_settings
from b24app.checklist.engine.verdict import Level, Sentence, Verdict, not_used, passed, seen, sentence, warned
from b24app.checklist.facts.payments.pay_settings import PaySettings, PaySettingsById
from b24app.checklist.facts.payments.pay_systems import PaySystem, PaySystems
from b24app.text.messages import N_

NEEDED = re.compile(r".*(KEY|SECRET|PASSW|PWD|TOKEN|LOGIN|MERCHANT|TERMINAL|SHOP|ACCOUNT).*", re.IGNORECASE)
TEXT = re.compile(
    r".*(URL|TEST|DESCR|COMMENT|INFO|PREFIX|TEMPLATE|LOGO|MAIL|PHONE|NOTE|DISPLAY).*", re.IGNORECASE
)
FROM_ORDER = re.compile(r"(PAYMENT|BUYER|PS|APPLE_PAY)_.*", re.IGNORECASE)
OPTIONAL = frozenset({"SBERBANK_SECRET_KEY"})
"""Settings that a provider does not need: texts and addresses of pages, what the order fills in, the keys for tests. Sberbank's secret key
is for callbacks with a checksum alone (the portal's source, module sale, sberbankonline/lang/ru/.description.php)."""


@check(
    title=N_("Pay systems have their settings"),
    why=N_(
        "Without the shop's number or key the provider refuses the payment after the buyer has pressed “Pay”."
    ),
    remedy=N_("Take the shop's number and key from the provider's cabinet and fill them in."),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Payment systems"),
)
def pay_settings_filled(pay_systems: PaySystems, pay_settings: PaySettingsById) -> Verdict:
    """Judge that no needed code is empty in a system that takes orders online; values themselves are never kept."""
    online = {system.id: system for system in pay_systems.for_orders() if not system.is_offline}
    known = {key: row for key, row in pay_settings.systems.items() if key in online and row.is_shown}
    found = [(online[key], _lacking(online[key], row)) for key, row in known.items()]
    empty = [(system.name, codes) for system, codes in found if codes]
    if empty:
        return warned(
            N_("Empty settings: %(names)s"),
            N_("An empty field may be optional: compare with the provider's cabinet"),
            tuple(
                seen(name, N_("empty: %(codes)s"), Level.WARN, codes=_titles(codes)) for name, codes in empty
            ),
            names=tuple(name for name, _ in empty),
        )
    if not known:
        return not_used(N_("The portal tells no settings of these pay systems"))
    left = tuple(_left_out(system) for system in pay_systems.for_orders() if system.id not in known)
    if not left:
        return passed(N_("Everything is filled in; systems looked at: %(count)s"), count=len(known))
    text = N_("Everything is filled in; systems looked at: %(count)s of %(total)s. Not looked at: %(left)s")
    return passed(text, count=len(known), total=len(known) + len(left), left=left)


def _left_out(system: PaySystem) -> Sentence:
    """Why the settings of a system are not judged."""
    if system.is_offline:
        return sentence(N_("%(name)s (people pay by hand, it has no keys)"), name=system.name)
    return sentence(N_("%(name)s (the portal does not show its settings)"), name=system.name)


def _lacking(system: PaySystem, row: PaySettings) -> tuple[str, ...]:
    """Needed settings that are empty, or that are not there at all."""
    empty = tuple(code for code in row.empty if _is_needed(code))
    return empty + missing_settings(system.action_file, {*row.filled, *row.empty})


def _is_needed(code: str) -> bool:
    if code in OPTIONAL or TEXT.fullmatch(code):
        return False
    return bool(NEEDED.fullmatch(code)) or not FROM_ORDER.fullmatch(code)


def _titles(codes: Iterable[str]) -> tuple[Sentence | str, ...]:
    """The titles of the fields, each once."""
    titles = [field_title(code) for code in codes]
    return tuple(
        {title.message if isinstance(title, Sentence) else title: title for title in titles}.values()
    )
