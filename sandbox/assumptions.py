"""Assumptions about portals where no source says how they behave; a test may change every value."""

from __future__ import annotations

# Assumption: during the days of grace a cloud portal keeps its plan, its frames and its REST.
REST_WORKS_IN_GRACE = True

# Assumption: a portal locked by the licence scanner refuses REST and frames as a free plan does.
REST_WORKS_WHEN_LOCKED = False

# Assumption: the header widget calls a portal "blocked" 14 days after the end, so the plan falls then.
CLOUD_GRACE_DAYS = 14

# The on-premise block comes 15 days after the end (main/lib/License popup); REST of a box goes on.
BOX_GRACE_DAYS = 15

# Assumption: the previous refresh token is refused as soon as a new one is given.
OLD_REFRESH_TOKEN_WORKS = False

# Assumption: an overloaded application gets 503 (documentation and SDK); one module version says 401.
OVERLOAD_STATUS = 503

# Assumption: with start=-1 the answer has neither total nor next (module code); the documentation shows 0.
TOTAL_AFTER_MINUS_ONE: int | None = None

# Assumption: LICENSE of app.info follows the plan at once, both on lapse and on renewal.
LICENSE_FOLLOWS_AT_ONCE = True
