"""The three steps to the first copy: which is done, which owns the filled button, and what the last one waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from b24app.backup.backup_plan import CopyChoices
from b24app.backup.copy_estimate import KeptEstimate
from b24app.backup.files_estimate import ExpectedFiles
from b24app.backup.reading.copy_verbs import NO_DATA
from b24app.pages.copy.going_answer import about
from b24app.text.formats import size_text
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step: `now` owns the filled button, `waits` is why it cannot be pressed yet."""

    code: str
    number: int
    title: str
    state: str
    waits: Sentence = NOTHING


def first_steps(choices: CopyChoices) -> Sequence[FirstStep]:
    """Storage, key, copy: the first that is not done is the present one."""
    done = (choices.has_target, choices.has_key, False)
    titles = (
        ("target", N_("Where to put it")),
        ("key", N_("Your key")),
        ("copy", N_("The first copy")),
    )
    now = done.index(False)
    states = ["done" if one else "now" if place == now else "ahead" for place, one in enumerate(done)]
    return [
        FirstStep(code, number, title, states[number - 1], waits_for(choices) if code == "copy" else NOTHING)
        for number, (code, title) in enumerate(titles, 1)
    ]


def estimate_words(kept: KeptEstimate, choices: CopyChoices, files: ExpectedFiles | None = None) -> Sentence:
    """«214 600 записей, около 60 МБ, около 4 минут. Портал не замедлим…»; what is unknown is not guessed.

    With `files` it adds what is known of them: their number and time are unknown before they are read.
    """
    if not choices.with_data:
        return sentence(N_("Settings alone are kept every night by themselves."))
    if not kept.known:
        told = sentence(
            N_("How long it takes we do not know yet: the portal did not count its records. We ask again.")
        )
    else:
        told = sentence(
            NN_(
                "%(count)s record, about %(size)s, %(time)s. The portal does not slow down, the page may be closed.",
                "%(count)s records, about %(size)s, %(time)s. The portal does not slow down, the page may be closed.",
            ),
            count=kept.rows,
            size=size_text(kept.size),
            time=about(timedelta(seconds=kept.seconds)),
        )
    if not choices.with_files or files is None:
        return told
    return sentence(N_("%(records)s %(files)s"), records=told, files=files_words(files))


def files_words(files: ExpectedFiles) -> Sentence:
    """What is known of the files, without their time, which is unknown."""
    if files.copied_size is not None:
        text = N_(
            "Files come on top: %(size)s in the last copy of them. How long they take we cannot say beforehand."
        )
        return sentence(text, size=size_text(files.copied_size))
    if files.disk_files is not None:
        return sentence(
            NN_(
                "Files come on top: %(count)s on Disk, not less than %(size)s; how many are in fields and pictures, and"
                " how long they take, is not known.",
                "Files come on top: %(count)s on Disk, not less than %(size)s; how many are in fields and pictures, and"
                " how long they take, is not known.",
            ),
            count=files.disk_files,
            size=size_text(files.disk_size or 0),
        )
    return sentence(
        N_("Files come on top: how many there are and how long they take is not known before they are read.")
    )


def waits_for(choices: CopyChoices) -> Sentence:
    """Why no copy can be made yet; nothing when it can."""
    if not choices.has_target:
        return sentence(N_("First choose a storage and check it."))
    if not choices.recipient:
        return sentence(N_("First create a key."))
    if not choices.has_key:
        return sentence(N_("First put the tick: the key is printed and is not kept on the portal."))
    if not choices.with_data:
        return sentence(NO_DATA)
    return NOTHING
