"""The day on which every test begins, and the card of our application at the authorization server."""

from datetime import UTC, datetime

DAY_OF_THE_STORY = datetime(2026, 11, 30, 6, 40, tzinfo=UTC)  # 09:40 in Moscow
CLIENT_ID = "local.renewal.test"
CLIENT_SECRET = "secret-of-the-application"
OPERATOR = {
    "operator_name": "Operator Example LLC",
    "operator_number": "INN 0000000000",
    "operator_address": "1 Example Street, Example City",
    "operator_country": "RU",
    "operator_mail": "privacy@operator.example",
    "operator_hours": "Mon-Fri 9:00-18:00, Moscow",
    "operator_reaction": "within one working day",
    "hosting_country": "RU",
    "processors": "Hosting Example, Russia, servers and the database",
}
"""Who runs the application in tests and measurements, as its settings say it; nobody of that name is known to us."""
OPERATOR_ENVIRONMENT = {f"B24APP_{name.upper()}": value for name, value in OPERATOR.items()}
