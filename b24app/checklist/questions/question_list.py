"""The questions themselves: fourteen things that a portal does not tell (reference: what REST offers nothing for)."""

from dataclasses import dataclass

from b24app.checklist.engine.areas import Area, Severity
from b24app.text.messages import N_


@dataclass(frozen=True, slots=True)
class Question:
    """One guided step: the question, how to find out, the field for a value, and how long it holds."""

    code: str
    title: str
    how: str
    why: str
    remedy: str
    area: Area
    field: str
    yes: str
    no: str
    valid_days: int = 30
    severity: Severity = Severity.WORK
    place: str = ""
    link: str = ""


QUESTIONS: tuple[Question, ...] = (
    Question(
        code="ask_plan_end",
        title=N_("Are the end date, the invoice and auto-renewal as you expect?"),
        how=N_(
            "Open “My plan” and compare the end date with the one on the overview page; look whether an invoice waits."
        ),
        why=N_("The portal tells applications neither the end date nor the state of the invoice."),
        remedy=N_("Correct the date on the overview page and decide who pays and by when."),
        area=Area.PLAN,
        field=N_("End date in “My plan”"),
        yes=N_("They agree"),
        no=N_("They differ"),
        severity=Severity.ORDERS,
        place=N_("My plan"),
        link="/settings/license.php",
    ),
    Question(
        code="ask_plan_quota",
        title=N_("Does everything fit the limits of the plan?"),
        how=N_(
            "Open “My plan”, look at users and at used disk space, and write down how many gigabytes are used."
        ),
        why=N_("A plan that is too small is refused at the renewal or locks the portal after it."),
        remedy=N_("Free space or seats before paying, or choose a larger plan."),
        area=Area.PLAN,
        field=N_("Used disk space, GB"),
        yes=N_("It fits"),
        no=N_("It does not fit"),
        place=N_("My plan"),
        link="/settings/license.php",
    ),
    Question(
        code="ask_marketplace",
        title=N_("Is the Marketplace subscription renewed together with the plan?"),
        how=N_(
            "Open “My plan” and find the subscription to BitrixGPT and Marketplace; write down its end date."
        ),
        why=N_("Without it applications and webhooks stop although the plan itself is paid."),
        remedy=N_("Renew the subscription in the same payment as the plan."),
        area=Area.PLAN,
        field=N_("End date of the subscription"),
        yes=N_("It is renewed"),
        no=N_("It is not"),
        severity=Severity.ORDERS,
        place=N_("My plan → Marketplace subscription"),
        link="/settings/license.php",
    ),
    Question(
        code="ask_applications",
        title=N_("Is the list of applications and webhooks written down?"),
        how=N_(
            "Open “Applications → Developer resources → Integrations”, and enter each application and webhook in the register below: owner, address, purpose, expiry."
        ),
        why=N_(
            "No application can list the others, so after the renewal nobody would notice a missing exchange."
        ),
        remedy=N_("Fill in the register; move what belongs to dismissed employees to an active one."),
        area=Area.APPS,
        field=N_("How many are in the list"),
        yes=N_("The register is complete"),
        no=N_("Something is missing"),
        valid_days=60,
        place=N_("Applications → Developer resources → Integrations"),
    ),
    Question(
        code="ask_test_payment",
        title=N_("Did a test payment go through?"),
        how=N_(
            "Pay for a test order of 1 rouble in the shop, see that the order became paid and that the receipt came."
        ),
        why=N_(
            "The portal does not know whether the keys are valid at the payment provider nor whether the return address is right."
        ),
        remedy=N_("Compare shop id, key and notification address with the provider's cabinet."),
        area=Area.PAYMENTS,
        field=N_("Number of the test order"),
        yes=N_("It went through"),
        no=N_("It did not"),
        severity=Severity.ORDERS,
        place=N_("The shop's checkout"),
    ),
    Question(
        code="ask_delivery_price",
        title=N_("Does the checkout show delivery prices?"),
        how=N_(
            "Put goods into the cart, enter an address, and look at the price and term of each delivery service."
        ),
        why=N_(
            "The portal does not let us ask a carrier for a price, and a lost contract key shows only in the cart."
        ),
        remedy=N_("Check the contract number and key in the settings of the delivery service."),
        area=Area.DELIVERY,
        field=N_("Services that were shown"),
        yes=N_("Prices are shown"),
        no=N_("Something is missing"),
        severity=Severity.ORDERS,
        place=N_("The shop's checkout"),
    ),
    Question(
        code="ask_marketplaces",
        title=N_("Do orders arrive from the marketplaces?"),
        how=N_(
            "Open the cabinets of Ozon, Wildberries, Yandex Market and Avito that you sell on, and find the newest order of each in CRM."
        ),
        why=N_("The exchange runs through other applications, and the portal tells us nothing about them."),
        remedy=N_("Open the application of the exchange, sign in again and start a synchronisation by hand."),
        area=Area.MARKETPLACES,
        field=N_("Marketplaces that you looked at"),
        yes=N_("They arrive"),
        no=N_("They do not"),
        severity=Severity.ORDERS,
        place=N_("Cabinets of the marketplaces"),
    ),
    Question(
        code="ask_tracking",
        title=N_("Do advertising sources and call tracking collect data?"),
        how=N_(
            "Open “CRM → Analytics → Sales intelligence”, look at the connected sources and the newest day with data."
        ),
        why=N_("Applications see neither advertising accounts nor the keys of built-in analytics."),
        remedy=N_("Connect the advertising account again and renew the key."),
        area=Area.SITE,
        field=N_("Newest day with data"),
        yes=N_("Data comes"),
        no=N_("Data stopped"),
        severity=Severity.NOTE,
        place=N_("CRM → Analytics → Sales intelligence"),
    ),
    Question(
        code="ask_forms",
        title=N_("Do CRM forms, the site widget and callback work?"),
        how=N_(
            "Open the site, send each form once, write into the chat and order a call; find the leads or deals in CRM."
        ),
        why=N_("The portal gives no list of forms, and a form that is switched off loses requests silently."),
        remedy=N_("Switch the form on and put its code on the page again."),
        area=Area.SITE,
        field=N_("Forms that you tried"),
        yes=N_("They work"),
        no=N_("Something does not"),
        place=N_("CRM → Forms and widget"),
    ),
    Question(
        code="ask_robots",
        title=N_("Do robots, stage fields and CRM rights work?"),
        how=N_(
            "Move a test deal through the main pipeline and see that robots act, required fields are asked for, and a manager sees only what he should."
        ),
        why=N_(
            "Robots, triggers, fields required on a stage and access rights are not told to applications."
        ),
        remedy=N_("Compare the robots of each stage with the list or screenshot made before the renewal."),
        area=Area.CRM,
        field=N_("Number of the test deal"),
        yes=N_("They work"),
        no=N_("Something is wrong"),
        place=N_("CRM → Deals → Robots"),
        link="/crm/deal/",
    ),
    Question(
        code="ask_mailboxes",
        title=N_("Do mailboxes, SMS and rented numbers work?"),
        how=N_(
            "Open the mail and look whether a mailbox asks to sign in; send an SMS to yourself; look at the balance of telephony."
        ),
        why=N_("Errors of mailboxes, SMS providers and the payment of numbers are not told to applications."),
        remedy=N_("Sign in to the mailbox again, top up the balance of telephony and SMS."),
        area=Area.CHANNELS,
        field=N_("Balance of telephony"),
        yes=N_("They work"),
        no=N_("Something does not"),
        place=N_("Mail; Telephony → Balance"),
    ),
    Question(
        code="ask_domain",
        title=N_("Are the domain and its certificate paid for?"),
        how=N_(
            "Look in the registrar's cabinet until when the shop's domain is paid and in whose name it is."
        ),
        why=N_("The shop disappears with its domain, whatever the portal's plan is."),
        remedy=N_("Renew the domain and switch automatic renewal on."),
        area=Area.SITE,
        field=N_("The domain is paid until"),
        yes=N_("It is paid"),
        no=N_("It ends soon"),
        valid_days=90,
        severity=Severity.ORDERS,
        place=N_("Cabinet of the domain registrar"),
    ),
    Question(
        code="ask_integrators",
        title=N_("Are integrators and invited users accounted for?"),
        how=N_(
            "Open “Employees”, choose “Integrators” and “Invited”, and count those who take a seat of the plan."
        ),
        why=N_("The portal does not show integrators to applications, but some invitations take seats."),
        remedy=N_("Withdraw old invitations and remove integrators who do not work with you any more."),
        area=Area.PLAN,
        field=N_("Integrators and invitations"),
        yes=N_("All are needed"),
        no=N_("Some are not"),
        severity=Severity.NOTE,
        place=N_("Employees"),
        link="/company/",
    ),
    Question(
        code="ask_backup",
        title=N_("Can you get the data back from a copy?"),
        how=N_(
            "In the cloud ask support how old the newest copy is and on what terms it is restored; on your own server restore the copy on another machine."
        ),
        why=N_(
            "The cloud has no backup of its own for administrators: support restores on request and not on every plan."
        ),
        remedy=N_(
            "Export the CRM and the catalogue, keep the files outside the portal, and write down who asks support."
        ),
        area=Area.BACKUP,
        field=N_("Date of the newest copy"),
        yes=N_("We can"),
        no=N_("Not sure"),
        severity=Severity.ORDERS,
        place=N_("Bitrix24 support"),
    ),
)
