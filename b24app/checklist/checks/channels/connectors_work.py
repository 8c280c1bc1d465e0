"""Do the connected channels work?"""

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed
from b24app.checklist.facts.channels.connector_states import ConnectorStates
from b24app.checklist.facts.channels.connectors import Connectors
from b24app.text.messages import N_


@check(
    title=N_("Channels are connected"),
    why=N_("A channel that lost its connection looks normal in the list, and messages do not come."),
    remedy=N_("Open the channel in the Contact Center and connect it again."),
    area=Area.CHANNELS,
    place=N_("Contact Center"),
)
def connectors_work(connector_states: ConnectorStates, connectors: Connectors, baseline: Baseline) -> Verdict:
    """Judge that pairs of channel and line that worked do work, and that none reports an error."""
    pairs = connector_states.pairs
    before = baseline.of(ConnectorStates)
    lost = [key for key in (before.alive() if before else ()) if key in pairs and not pairs[key].works]
    broken = [key for key, state in pairs.items() if state.works and state.error]
    names = tuple(connectors.names.get(pairs[key].connector, key) for key in dict.fromkeys((*lost, *broken)))
    if names:
        return failed(N_("Channels do not work: %(names)s"), names=names)
    alive = tuple(
        dict.fromkeys(connectors.names.get(pairs[key].connector, key) for key in connector_states.alive())
    )
    if not alive:
        return not_used(N_("No channel is connected among those looked at"))
    return passed(N_("Connected: %(names)s"), names=alive)
