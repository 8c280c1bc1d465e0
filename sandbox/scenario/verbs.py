"""Every verb of the scenario by name, in the order of the panel."""

from sandbox.scenario import failures, installs, network, settings_and_access, story, terms
from sandbox.scenario.fields import Verb

ALL: tuple[Verb, ...] = (
    *story.VERBS,
    *terms.VERBS,
    *settings_and_access.VERBS,
    *installs.VERBS,
    *failures.VERBS,
    *network.VERBS,
)
VERBS: dict[str, Verb] = {verb.name: verb for verb in ALL}
GROUPS: tuple[str, ...] = tuple(dict.fromkeys(verb.group for verb in ALL))
