"""Why a setting is not restored, or not undone: message ids that writers share. Pure."""

from b24app.text.messages import N_

CHANGED_SINCE = N_("It was changed since, so it stays as it is.")
GONE_SINCE = N_("It is not there any more.")
GONE = N_("It is not in the portal any more, and applications may not create it.")
ONLY_BY_HAND = N_("Applications may not change this; a person can.")
STAYS = N_("The portal does not let applications delete it. Delete it by hand if it is not needed.")
NOT_KNOWN = N_("No copy of its settings was kept, so it cannot be made again.")
PART_GONE = N_("What it belongs to is not in the portal any more (%(title)s). Put that back first.")
