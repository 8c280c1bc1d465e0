"""The day on which every test begins, and the card of our application at the authorization server."""

from datetime import UTC, datetime

DAY_OF_THE_STORY = datetime(2026, 11, 30, 6, 40, tzinfo=UTC)  # 09:40 in Moscow
CLIENT_ID = "local.renewal.test"
CLIENT_SECRET = "secret-of-the-application"
