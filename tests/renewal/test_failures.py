"""Errors of channels in words of a person, with the raw words kept beside them."""

import pytest

from b24app.errors import AppError, BadInput, PlanLapsed, Unreachable, VendorFault
from b24app.reminders.channels.feed import NotForEverybody
from b24app.reminders.channels.mail import MailRefused, MailUnavailable
from b24app.reminders.channels.webhook import WebhookRefused, WebhookUnavailable
from b24app.renewal.failure_words import BY_DETAIL, BY_NAME, describe, explain
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
    found = explain(describe(error))
    assert found.message.startswith(words)
    assert found.detail == describe(error)


def test_a_persons_mistake_needs_no_detail():
    assert explain(describe(BadInput("This channel has no address yet."))).detail == ""


def test_what_nobody_foresaw_is_still_a_sentence():
    assert explain("Surprise: 42").message == AppError.public


def test_no_error_is_no_failure():
    assert explain("") is None


def test_every_sentence_is_translated(app):
    russian = Translator("ru")
    for text in (*BY_DETAIL.values(), *BY_NAME.values()):
        assert russian.say(text) != text


@pytest.mark.parametrize("kind", [WebhookRefused, MailUnavailable, ValueError])
def test_no_secret_comes_to_rest_in_the_words_of_an_error(kind):
    marked = "marked-secret"
    kept = describe(kind(f"no connection to https://hooks.example/T1/{marked} with password={marked}"))
    assert marked not in kept
    assert marked not in describe(LookupError(f"{{'address': '{marked}'}} is not known"))
