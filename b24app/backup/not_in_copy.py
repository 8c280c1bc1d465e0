"""What no copy holds, each with its reason, and what a person can export by hand to keep beside it. Pure."""

from dataclasses import dataclass

from b24app.text.messages import N_


@dataclass(frozen=True, slots=True)
class NotInCopy:
    """One kind of objects that are not in the copy: why, and the guided export that replaces it where there is one."""

    code: str
    title: str
    why: str
    guide: str = ""


NOT_IN_COPY = (
    NotInCopy(
        "robots",
        N_("Robots and triggers"),
        N_(
            "Bitrix24 does not give them to applications. Export the solution preset, it will lie beside the copy."
        ),
        guide="preset",
    ),
    NotInCopy(
        "processes",
        N_("Business processes as they can be put back"),
        N_(
            "We copy a template as a record only: Bitrix24 takes it back as a .bpt file. Export the important ones."
        ),
        guide="bpt",
    ),
    NotInCopy(
        "roles",
        N_("CRM roles, forms and tunnels"),
        N_(
            "Bitrix24 does not give them to applications, and does not name them among what the preset holds."
        ),
    ),
    NotInCopy(
        "list_files",
        N_("Files in the fields “File” of universal lists"),
        N_(
            "Bitrix24 names an address that opens only for people who are signed in. Those in the fields “File (Disk)” are copied with the files."
        ),
    ),
    NotInCopy(
        "chats",
        N_("Chats"),
        N_("Applications cannot read the correspondence of a whole portal."),
    ),
    NotInCopy(
        "mail",
        N_("Mail of other people"),
        N_("The text of a letter is seen only by those whose mailbox it is in."),
    ),
    NotInCopy(
        "bi",
        N_("BI dashboards, KPI and rights of the knowledge base"),
        N_("Bitrix24 does not give them to applications."),
    ),
    NotInCopy(
        "secrets",
        N_("Keys of payment systems and passwords"),
        N_("We do not read them on purpose. Check that you have them."),
    ),
    NotInCopy(
        "people",
        N_("Access of employees"),
        N_("The list of employees is copied, their sign-in, passwords and rights are not: invite them anew."),
    ),
)
