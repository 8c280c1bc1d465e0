"""The fields of a deal: its title, company, sum, day to act by, responsible person and the link back; texts in the integrator's language."""

import hashlib
import json
from dataclasses import dataclass

from b24app.database import db
from b24app.integrators.pipeline import crm_calls as crm
from b24app.integrators.pipeline.client_terms import TermStand
from b24app.integrators.pipeline.deal_stages import MARKS, DealStage, ReturnReason
from b24app.integrators.pipeline.given_clients import GivenClient
from b24app.integrators.pipeline.model import PipelineClient, PipelineDeal
from b24app.integrators.pipeline.stored_pipeline import WorkingPipeline
from b24app.json_values import JsonObject
from b24app.portals.model import Portal
from b24app.reminders.dispatch import deep_link
from b24app.reminders.kinds import Screen
from b24app.text.messages import N_, Sentence, sentence
from b24app.text.translation import Translator

LONGEST_TITLE = 255
BACK_WORDS = {
    ReturnReason.EVIDENCE: N_(
        "The deal returned to “%(stage)s”: “activated” comes from the new end of the term in the client’s portal, “verified” from a comparison without losses or from the client’s administrator."
    ),
    ReturnReason.BEHIND: N_(
        "The deal returned to “%(stage)s”: that is marked in the client’s renewal. A mark is taken back there, by “Undo” beside it."
    ),
    ReturnReason.BY_HAND_OFF: N_(
        "The deal returned to “%(stage)s”: moving it there by hand is switched off in “Clients → Setup → Pipeline”."
    ),
    ReturnReason.DECLINED: N_(
        "The deal returned to “%(stage)s”: %(person)s has declined the proposal in the renewal."
    ),
}


@dataclass(frozen=True, slots=True)
class DealWords:
    """The integrator's portal: its language and the address of our application in it."""

    portal: Portal
    translator: Translator

    def say(self, text: Sentence | str) -> str:
        """In the language of the portal."""
        return self.translator.say(text)


def deal_words(portal_id: int) -> DealWords:
    """The words of a portal."""
    portal = db.session.get_one(Portal, portal_id)
    return DealWords(portal, Translator(portal.language, portal.time_zone))


def first_fields(
    row: PipelineDeal, company: PipelineClient, line: WorkingPipeline, fields: JsonObject
) -> JsonObject:
    """All fields of a new deal."""
    found: JsonObject = {
        **fields,
        "categoryId": line.category_id,
        "stageId": line.code(DealStage(row.wanted)),
        "originatorId": crm.ORIGINATOR,
        "originId": row.origin,
    }
    return {**found, "companyId": company.company_id} if company.company_id else found


def followed_fields(row: PipelineDeal, stand: TermStand, given: GivenClient, words: DealWords) -> JsonObject:
    """The fields that follow the client: they are written again when one of them has changed."""
    title = sentence(
        N_("%(client)s, %(what)s until %(day)s"), client=given.name, what=stand.name, day=row.ends_on
    )
    fields: JsonObject = {"title": words.say(title)[:LONGEST_TITLE], "comments": _link(given, words)}
    if stand.act_by is not None:
        fields = {**fields, "closedate": stand.act_by.isoformat()}
    if given.responsible_id:
        fields = {**fields, "assignedById": given.responsible_id}
    amount = stand.amount(row.ends_on) if given.papers else None
    if amount is not None:
        sum_, currency = amount
        fields = {**fields, "opportunity": float(sum_), "isManualOpportunity": "Y"}
        fields = {**fields, "currencyId": currency} if currency else fields
    return fields


def _link(given: GivenClient, words: DealWords) -> str:
    """The address that opens the client in our application."""
    address = f"{deep_link(words.portal, Screen.OVERVIEW)}&params%5Bclient%5D={given.client_id}"
    return words.say(sentence(N_("The client in “Renewal without downtime”: %(address)s"), address=address))


def digest_of(fields: JsonObject) -> str:
    """The digest of the fields as they were written last."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def back_words(row: PipelineDeal, words: DealWords) -> str:
    """Why the deal returned, with the mark by which the comment is found again."""
    text = sentence(
        BACK_WORDS[ReturnReason(row.back)],
        stage=sentence(MARKS[DealStage(row.case_stage)]),
        person=row.back_by,
    )
    return f"{words.say(text)}\n#{row.comment_key}"
