"""Questions about what is paid for: the plan, its limits, the Marketplace subscription, applications and webhooks."""

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.questions.question import Question
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_

QUESTIONS = (
    Question(
        code="ask_plan_end",
        rank=(1, 10),
        title=N_("Is the end date in “My plan” the same as here?"),
        how=N_("Open “My plan” and compare the end date."),
        why=N_(
            "All days are counted from the date written here: the portal does not tell it to applications."
        ),
        remedy=N_("Write down the date that “My plan” shows."),
        area=Area.PLAN,
        field=N_("End date in “My plan”"),
        yes=N_("The same date"),
        no=N_("Another date"),
        wrong=N_("The end date in “My plan” is another one"),
        severity=Severity.ORDERS,
        place=N_("My plan"),
        link="/settings/license.php",
        day=DayUse.MAIN,
    ),
    Question(
        code="ask_plan_quota",
        rank=(5, 14),
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
        wrong=N_("The plan is too small"),
        place=N_("My plan"),
        link="/settings/license.php",
    ),
    Question(
        code="ask_marketplace",
        rank=(3, 9),
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
        wrong=N_("The Marketplace subscription is not renewed"),
        severity=Severity.ORDERS,
        place=N_("My plan → Marketplace subscription"),
        link="/settings/license.php",
        day=DayUse.SUBSCRIPTION,
    ),
    Question(
        code="ask_applications",
        rank=(9, 13),
        title=N_("Is the list of applications and webhooks written down?"),
        how=N_(
            "Open “Applications → Developer resources → Integrations”, and enter each application and webhook in the register of the menu “⋯”: owner, address, purpose, expiry."
        ),
        why=N_(
            "No application can list the others, so after the renewal nobody would notice a missing exchange."
        ),
        remedy=N_("Fill in the register; move what belongs to dismissed employees to an active one."),
        area=Area.APPS,
        field=N_("How many are in the list"),
        yes=N_("The register is complete"),
        no=N_("Something is missing"),
        wrong=N_("Not every application and webhook is written down"),
        valid_days=60,
        place=N_("Applications → Developer resources → Integrations"),
    ),
)
