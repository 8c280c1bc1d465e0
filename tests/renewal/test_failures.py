"""Errors of channels in words of a person, with the raw words kept beside them."""

import pytest

from b24app.bitrix24.no_answer import (
    AuthorizationAway,
    CertificateRefused,
    NoAnswer,
    PageInstead,
    PortalRests,
)
from b24app.errors import AppError, BadInput, LimitReached, PlanLapsed, Unreachable, VendorFault
from b24app.reminders.channels import describe_failure, explain_failure, known_failures
from b24app.reminders.channels.email import MailRefused, MailUnavailable
from b24app.reminders.channels.feed import NotForEverybody
from b24app.reminders.channels.webhook import WebhookRefused, WebhookUnavailable
from b24app.text.translation import Translator

ERRORS = [
    (WebhookRefused("address is not public"), "The address leads into a closed network"),
    (WebhookRefused("418"), "The address refused the message."),
    (WebhookUnavailable("ReadTimeout"), "The address did not answer in time."),
    (MailRefused("550"), "There is no such mailbox"),
    (MailUnavailable("ConnectionRefusedError"), "The mail server could not be reached."),
    (Unreachable("timeout"), "The portal could not be reached."),
    (VendorFault("500", "Internal"), "The portal failed inside."),
    (
        PlanLapsed("ACCESS_DENIED", "REST is available only on commercial plans."),
        "The portal's plan has ended",
    ),
    (NotForEverybody(), "This letter is not meant"),
]


@pytest.mark.parametrize(("error", "words"), ERRORS)
def test_each_error_is_said_in_words_and_kept_as_it_was(error, words):
    found = explain_failure(describe_failure(error))
    assert found.message.startswith(words)
    assert found.detail == describe_failure(error)


def test_a_persons_mistake_needs_no_detail():
    assert explain_failure(describe_failure(BadInput("This channel has no address yet."))).detail == ""


def test_what_nobody_foresaw_is_still_a_sentence():
    assert explain_failure("Surprise: 42").message == AppError.public


def test_no_error_is_no_failure():
    assert explain_failure("") is None


def test_every_sentence_is_translated(app):
    russian = Translator("ru")
    said = [one.message or one.error.public for one in known_failures()]
    for text in (*said, *(text for one in known_failures() for text in one.details.values())):
        assert russian.say(text) != text


@pytest.mark.parametrize("kind", [WebhookRefused, MailUnavailable, ValueError])
def test_no_secret_comes_to_rest_in_the_words_of_an_error(kind):
    marked = "marked-secret"
    kept = describe_failure(
        kind(f"no connection to https://hooks.example/T1/{marked} with password={marked}")
    )
    assert marked not in kept
    assert marked not in describe_failure(LookupError(f"{{'address': '{marked}'}} is not known"))


OF_RELEASE_1 = [
    "SettingsWrong",
    "WebhookRefused",
    "WebhookUnavailable",
    "MailRefused",
    "MailUnavailable",
    "NotificationNotTaken",
    "ChannelOff",
    "PersonDismissed",
    "NobodyToReach",
    "LetterUnreadable",
    "NotForEverybody",
    "PortalError",
    "TokenRejected",
    "LimitReached",
    "OperationLimited",
    "PlanLapsed",
    "MarketplaceEnded",
    "PortalLocked",
    "Overloaded",
    "FeatureNotInPlan",
    "RightMissing",
    "ScopeMissing",
    "AddressRefused",
    "PortalGone",
    "ApplicationGone",
    "VendorFault",
    "AnswerBroken",
    "UnknownRefusal",
    "Unreachable",
    "WriteUncertain",
]


@pytest.mark.parametrize("code", OF_RELEASE_1)
def test_what_the_first_release_kept_is_still_explained(code):
    assert explain_failure(f"{code}: 42").message != AppError.public


def test_the_code_of_an_error_is_not_the_name_of_its_class():
    class Renamed(MailRefused):
        pass

    assert describe_failure(Renamed("550")) == "MailRefused: 550"


def test_no_code_means_two_failures():
    codes = [one.code for one in known_failures()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PageInstead("", "HTTP 404"), "A web page answered in the place"),
        (NoAnswer("", "ReadTimeout"), "The portal did not answer in time"),
        (CertificateRefused("certificate"), "The certificate of the portal's address"),
        (AuthorizationAway("", "ConnectTimeout"), "The authorization server of Bitrix24 does not answer"),
        (PortalRests(), "The portal does not answer, so we leave it alone"),
        (LimitReached("QUERY_LIMIT_EXCEEDED"), "The portal asked to slow down"),
    ],
)
def test_each_way_of_not_answering_is_told_as_what_it_is(error, words):
    assert explain_failure(describe_failure(error)).message.startswith(words)
