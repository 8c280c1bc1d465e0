"""Resources of the whole portal: its plan, work with leads, stock accounting, the SIP connector."""

from b24app.checklist.engine.check import Area
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.catalogue.stock_accounting import StockAccounting
from b24app.checklist.facts.channels.sip_connector import SipConnector
from b24app.checklist.facts.crm.crm_mode import CrmMode
from b24app.comparison.resource import Alteration, Field, Found, Resource, Shown, flag, resource
from b24app.plans.plan_catalogue import parse_license, read_plans
from b24app.text.messages import N_


def _other_plan(was: Resource, now: Resource) -> tuple[Alteration, ...]:
    """Another code is another plan, also where both have one title."""
    if was.fields["code"] == now.fields["code"]:
        return ()
    return (Alteration("plan", was.fields["plan"], now.fields["plan"], Level.WARN),)


@resource(
    N_("Plan of the portal"),
    area=Area.PLAN,
    meaning=N_("The portal stands on another plan."),
    remedy=N_("Compare the plan in “My plan” with the invoice; activate the coupon if it was not."),
    place=N_("My plan"),
    link="/settings/license.php",
    fields={"plan": Field(N_("plan"), Shown.WORDS), "code": N_("plan")},
    rule=_other_plan,
    field_advice={
        "plan": N_(
            "Right if this plan was bought. Otherwise compare “My plan” with the invoice and activate the coupon."
        )
    },
)
def plan(application: Application) -> Found:
    """The plan by its title."""
    if application.license:
        yield "plan", Resource("", "", {"plan": _title(application.license), "code": application.license})


def _title(license_text: str) -> str:
    found = parse_license(license_text)
    known = read_plans(found.region).find(found.plan) if found else None
    return known.title if known else license_text


@resource(
    N_("Leads in CRM"),
    area=Area.CRM,
    meaning=N_("Requests become deals at once or leads first, and forms, robots and reports follow that."),
    remedy=N_("Set the former mode in CRM settings."),
    place=N_("CRM → Settings → Leads"),
    fields={"leads": N_("works with leads")},
    field_advice={
        "leads": N_("Set the former mode in CRM settings, or set forms, channels and robots to the new one.")
    },
)
def crm_mode(crm_mode: CrmMode) -> Found:
    """Whether CRM works with leads."""
    yield "mode", Resource("", "", {"leads": flag(crm_mode.with_leads)})


@resource(
    N_("Stock accounting"),
    area=Area.CATALOGUE,
    meaning=N_("Stocks and reserves are no longer kept."),
    remedy=N_("Check that the plan includes stock accounting and switch it on."),
    place=N_("CRM → Stock accounting"),
    fields={},
)
def stock(stock_accounting: StockAccounting) -> Found:
    """Whether stock accounting is on."""
    yield "stock", Resource("", "", {}, stock_accounting.on)


@resource(
    N_("SIP connector"),
    area=Area.CHANNELS,
    meaning=N_("Calls over the company's own PBX do not go through."),
    remedy=N_("Pay the SIP connector in telephony settings."),
    place=N_("Telephony → Numbers"),
    link="/settings/license_phone_sip.php",  # buy_connector of voximplant.url.get
    fields={},
)
def sip(sip_connector: SipConnector) -> Found:
    """Whether the SIP connector is paid."""
    yield "sip", Resource("", "", {}, sip_connector.paid)
