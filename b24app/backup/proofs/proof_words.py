"""Proofs in words: their titles, what each found with its numbers, what is wrong."""

from collections.abc import Mapping
from datetime import datetime

from b24app.backup.proofs.copy_state import PACKS_ALONE, ProofCode, ProofStanding
from b24app.backup.proofs.left_out_parts import read_left_out, words_of_parts
from b24app.json_values import Json
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence

PARTS_AS_BEFORE = N_("Comments and product rows of unchanged items: as of %(since)s or later")
HASH_NOT_KEPT = N_(
    "%(line)s. The list of contents was compared by the packs it names alone: its hash was not kept when this copy was made"
)
PROOF_TITLES: Mapping[ProofCode, str] = {
    ProofCode.TOTALS: N_("As many items as in the portal"),
    ProofCode.HASHES: N_("All packs are in the storage"),
    ProofCode.REREAD: N_("Packs read back after upload"),
    ProofCode.SAMPLE: N_("Items compared with the portal"),
    ProofCode.TRIAL: N_("The copy can be opened"),
    ProofCode.FRESH: N_("Freshness"),
}


def copy_problem(proof: ProofStanding) -> Sentence:
    """A proof that does not hold: its title and what was found."""
    return sentence(
        "%(title)s: %(problem)s", title=sentence(PROOF_TITLES[proof.code]), problem=sentence(proof.problem)
    )


def proof_line(proof: ProofStanding, parts_as_of: datetime | None = None) -> Sentence:
    """What a proof found, with its numbers, and what it did not ask for; for a failed proof the reason."""
    if not proof.passed:
        return sentence(proof.problem)
    told = proof.numbers.items()
    numbers = {name: one for name, one in told if isinstance(one, int | str) and not isinstance(one, bool)}
    if proof.code is ProofCode.FRESH:
        return _freshness(number_of(proof, "count"), eve=proof.numbers.get("eve") is True)
    text = PROOF_LINES[proof.code]
    if proof.code is ProofCode.TOTALS and number_of(proof, "uncounted_rows"):
        text = N_(
            "The portal counts %(count)s records, and as many are in the copy; %(uncounted_rows)s more it does not count"
        )
    elif proof.code is ProofCode.REREAD and proof.numbers.get("reread") == proof.numbers.get("count"):
        text = N_("All %(count)s read back")
    line = sentence(text, **numbers)
    if not line.is_whole:
        return sentence(N_("It holds."))
    if proof.numbers.get(PACKS_ALONE) is True:
        return sentence(HASH_NOT_KEPT, line=line)
    return _with_gaps(line, proof, parts_as_of) if proof.code is ProofCode.TOTALS else line


def _with_gaps(line: Sentence, proof: ProofStanding, parts_as_of: datetime | None) -> Sentence:
    """Add what is not in the copy, and which parts of unchanged items are those of the full copy before it."""
    if without := words_of_parts(read_left_out(proof.numbers)):
        line = sentence(N_("%(line)s; not in it: %(without)s"), line=line, without=without)
    parts = parts_as_before(parts_as_of)
    return sentence(N_("%(line)s. %(parts)s"), line=line, parts=parts) if parts else line


def parts_as_before(as_of: datetime | None) -> Sentence:
    """How old the comments and product rows of unchanged items may be; empty when all were asked for."""
    return sentence(PARTS_AS_BEFORE, since=as_of) if as_of is not None else NOTHING


def _freshness(hours: int, *, eve: bool) -> Sentence:
    """The age of the copy; except on the eve of the end with the note when it must be less than a day."""
    age = (
        sentence(NN_("made %(count)s hour ago", "made %(count)s hours ago"), count=hours)
        if hours
        else sentence(N_("made less than an hour ago"))
    )
    if eve:
        return age
    return sentence(
        N_("%(age)s; on the day before the end of the term one not older than a day is wanted"), age=age
    )


PROOF_LINES: Mapping[ProofCode, str | tuple[str, str]] = {
    ProofCode.TOTALS: NN_(
        "%(count)s item, and the second pass brought nothing new",
        "%(count)s items, and the second pass brought nothing new",
    ),
    ProofCode.HASHES: NN_(
        "%(count)s pack in its place, as large as it was written",
        "%(count)s packs in their places, each as large as it was written",
    ),
    ProofCode.REREAD: N_("%(reread)s of %(count)s packs read back this time, all within a month"),
    ProofCode.SAMPLE: NN_(
        "%(count)s random item, every field is the same", "%(count)s random items, every field is the same"
    ),
    ProofCode.TRIAL: NN_(
        "%(count)s pack opened with a key for a trial. Try yours with the program below",
        "%(count)s packs opened with a key for a trial. Try yours with the program below",
    ),
}


def number_of(proof: ProofStanding, name: str) -> int:
    """One of a proof's numbers; zero when it has none."""
    value: Json = proof.numbers.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
