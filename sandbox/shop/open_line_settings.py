"""Settings of an open line that its list does not show, by the names of imopenlines-config-get.md."""

from __future__ import annotations

from sandbox.rest.table import Row
from sandbox.shop.formats import listed

ON = listed(
    "CRM_CREATE_THIRD CRM_FORWARD CRM_TRANSFER_CHANGE WELCOME_BOT_ENABLE VOTE_MESSAGE "
    "VOTE_BEFORE_FINISH VOTE_CLOSING_DELAY WORKTIME_ENABLE WELCOME_FORM_DELAY "
    "SEND_WELCOME_EACH_SESSION CONFIRM_CLOSE"
)
OFF = listed(
    "CRM_CHAT_TRACKER WATCH_TYPING WELCOME_MESSAGE AGREEMENT_MESSAGE CATEGORY_ENABLE TEMPORARY "
    "KPI_FIRST_ANSWER_ALERT KPI_FURTHER_ANSWER_ALERT KPI_CHECK_OPERATOR_ACTIVITY "
    "SEND_NOTIFICATION_EMPTY_QUEUE USE_WELCOME_FORM IGNORE_WELCOME_FORM_RESPONSIBLE"
)
NOTHING = listed(
    "CRM_CREATE_SECOND VOTE_TIME_LIMIT AGREEMENT_ID CATEGORY_ID NO_ANSWER_FORM_ID NO_ANSWER_BOT_ID "
    "WORKTIME_FROM WORKTIME_DAYOFF_FORM_ID WORKTIME_DAYOFF_BOT_ID CLOSE_FORM_ID CLOSE_BOT_ID "
    "FULL_CLOSE_TIME AUTO_CLOSE_FORM_ID AUTO_CLOSE_BOT_ID SESSION_PRIORITY MAX_CHAT "
    "KPI_FIRST_ANSWER_TIME KPI_FURTHER_ANSWER_TIME"
)
BY_TEXT = listed("NO_ANSWER_RULE WORKTIME_DAYOFF_RULE CLOSE_RULE")
TEXTS = listed(
    "WELCOME_MESSAGE_TEXT VOTE_MESSAGE_1_TEXT VOTE_MESSAGE_1_LIKE VOTE_MESSAGE_1_DISLIKE "
    "VOTE_MESSAGE_2_TEXT VOTE_MESSAGE_2_LIKE VOTE_MESSAGE_2_DISLIKE NO_ANSWER_TEXT WORKTIME_TIMEZONE "
    "WORKTIME_DAYOFF_TEXT CLOSE_TEXT KPI_FIRST_ANSWER_TEXT KPI_FURTHER_ANSWER_TEXT"
)
OTHERS: Row = {
    "WELCOME_BOT_JOIN": "always",
    "WELCOME_BOT_ID": "0",
    "WELCOME_BOT_TIME": "180",
    "WELCOME_BOT_LEFT": "close",
    "WORKTIME_TO": "23.59",
    "WORKTIME_HOLIDAYS": [""],
    "WORKTIME_DAYOFF": [""],
    "AUTO_CLOSE_RULE": "none",
    "AUTO_CLOSE_TIME": "3600",
    "AUTO_CLOSE_TEXT": "",
    "AUTO_EXPIRE_TIME": "86400",
    "DATE_CREATE": {},
    "DATE_MODIFY": {},
    "MODIFY_USER_ID": "1",
    "XML_ID": None,
    "LANGUAGE_ID": "ru",
    "QUICK_ANSWERS_IBLOCK_ID": "181",
    "TYPE_MAX_CHAT": "answered_new",
    "OPERATOR_DATA": "profile",
    "DEFAULT_OPERATOR_DATA": [],
    "KPI_FIRST_ANSWER_LIST": None,
    "KPI_FURTHER_ANSWER_LIST": None,
    "WELCOME_FORM_ID": "0",
}


def line_settings(line: Row) -> Row:
    """Return all settings of a line: its own, and what a new line begins with."""
    begun = {
        name: value
        for value, names in (("Y", ON), ("N", OFF), ("0", NOTHING), ("text", BY_TEXT))
        for name in names
    }
    said = dict.fromkeys(TEXTS, "Здравствуйте! Ответит первый свободный сотрудник.")
    return begun | said | OTHERS | line
