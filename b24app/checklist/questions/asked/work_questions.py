"""Questions about everyday work: robots, mail and telephony, the domain, people, a copy of the data."""

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.questions.question import Question
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_

QUESTIONS = (
    Question(
        code="ask_robots",
        rank=(12, 6),
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
        wrong=N_("Robots, stage fields or CRM rights do not work"),
        place=N_("CRM → Deals → Robots"),
        link="/crm/deal/",
        anew=True,
    ),
    Question(
        code="ask_mailboxes",
        rank=(15, 7),
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
        wrong=N_("Mail, SMS or rented numbers do not work"),
        place=N_("Mail; Telephony → Balance"),
        anew=True,
    ),
    Question(
        code="ask_domain",
        rank=(6, 16),
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
        wrong=N_("The domain or its certificate ends soon"),
        valid_days=90,
        severity=Severity.ORDERS,
        place=N_("Cabinet of the domain registrar"),
    ),
    Question(
        code="ask_integrators",
        rank=(17, 17),
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
        wrong=N_("Some integrators or invited users are not needed"),
        severity=Severity.NOTE,
        place=N_("Employees"),
        link="/company/",
    ),
    Question(
        code="ask_backup",
        rank=(4, 15),
        title=N_("Can you get the data back from a copy?"),
        how=N_(
            "In the cloud ask support how old the newest copy is and on what terms it is restored; on your own server restore the copy on another machine."
        ),
        why=N_(
            "The cloud has no backup of its own for administrators: support restores on request and not on every plan."
        ),
        remedy=N_(
            "Set up a copy in the tab “Copy”: then this is answered by itself. Write down who asks support."
        ),
        area=Area.BACKUP,
        field=N_("Date of the newest copy"),
        yes=N_("We can"),
        no=N_("Not sure"),
        wrong=N_("It is not sure that the data can be got back"),
        severity=Severity.ORDERS,
        place=N_("Bitrix24 support"),
        day=DayUse.COPY,
    ),
)
