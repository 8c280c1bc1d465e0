"""Facts about open lines, connectors, telephony and mail."""
