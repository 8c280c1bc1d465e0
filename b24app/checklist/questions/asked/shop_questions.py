"""Questions about the shop: payment, delivery, marketplaces, the site and its visitors."""

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.questions.question import Question
from b24app.text.messages import N_

QUESTIONS = (
    Question(
        code="ask_test_payment",
        rank=(2, 1),
        title=N_("Did a test payment go through?"),
        how=N_(
            "Pay for a small test order in the shop, see that the order became paid and that the receipt came."
        ),
        why=N_(
            "The portal does not know whether the keys are valid at the payment provider nor whether the return address is right."
        ),
        remedy=N_("Compare shop id, key and notification address with the provider's cabinet."),
        area=Area.PAYMENTS,
        field=N_("Number of the test order"),
        yes=N_("It went through"),
        no=N_("It did not"),
        wrong=N_("The test payment did not go through"),
        severity=Severity.ORDERS,
        place=N_("The shop's checkout"),
        anew=True,
    ),
    Question(
        code="ask_receipts",
        rank=(7, 12),
        title=N_("Do receipts reach the tax service?"),
        how=N_(
            "Look in the register's settings that its test mode is off, and in the cabinets of the register and of the operator until when the fiscal storage and the contract last."
        ),
        why=N_(
            "The portal tells neither the mode of a register nor the end of its fiscal storage and contract."
        ),
        remedy=N_("Switch the working mode on, order a new fiscal storage, pay for the operator's contract."),
        area=Area.PAYMENTS,
        field=N_("The fiscal storage lasts until"),
        yes=N_("They reach it"),
        no=N_("They do not reach it"),
        wrong=N_("Receipts do not reach the tax service"),
        valid_days=60,
        place=N_("CRM → Settings → Cash registers"),
    ),
    Question(
        code="ask_delivery_price",
        rank=(11, 3),
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
        wrong=N_("The checkout shows no delivery prices"),
        severity=Severity.ORDERS,
        place=N_("The shop's checkout"),
        anew=True,
    ),
    Question(
        code="ask_marketplaces",
        rank=(10, 4),
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
        wrong=N_("Orders do not arrive from the marketplaces"),
        severity=Severity.ORDERS,
        place=N_("Cabinets of the marketplaces"),
        anew=True,
    ),
    Question(
        code="ask_tracking",
        rank=(16, 11),
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
        wrong=N_("Advertising sources or call tracking collect no data"),
        severity=Severity.NOTE,
        place=N_("CRM → Analytics → Sales intelligence"),
        anew=True,
    ),
    Question(
        code="ask_forms",
        rank=(14, 5),
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
        wrong=N_("Forms, the site widget or callback do not work"),
        place=N_("CRM → Forms and widget"),
        anew=True,
    ),
    Question(
        code="ask_exchange",
        rank=(8, 2),
        title=N_("Does the exchange with 1C and other accounting systems go on?"),
        how=N_(
            "In 1C or another accounting system start the exchange; see that the newest order is there, that a changed stock and price reached the shop, and when the last exchange ended without an error."
        ),
        why=N_(
            "The portal shows orders that 1C has taken, but not whether stock and prices still come from it."
        ),
        remedy=N_(
            "Sign in anew in the settings of the exchange, then load what was missed since the last good one."
        ),
        area=Area.CATALOGUE,
        field=N_("When the last exchange ended"),
        yes=N_("It goes on"),
        no=N_("It stopped"),
        wrong=N_("The exchange with the accounting system has stopped"),
        severity=Severity.ORDERS,
        place=N_("Accounting system → Exchange with the site"),
        anew=True,
    ),
    Question(
        code="ask_integrations",
        rank=(13, 8),
        title=N_("Do the other applications and webhooks of the register work?"),
        how=N_(
            "Open the register of applications and look at each: when it last sent or took something, such as a message, a call, a document, a row of a report."
        ),
        why=N_("REST shows no application what other applications do in the portal."),
        remedy=N_(
            "Open the application in the portal as an administrator, and renew the key of its webhook."
        ),
        area=Area.APPS,
        field=N_("Applications that you looked at"),
        yes=N_("They work"),
        no=N_("Something does not"),
        wrong=N_("An application or a webhook of the list does not work"),
        place=N_("Market → Installed"),
        anew=True,
    ),
)
