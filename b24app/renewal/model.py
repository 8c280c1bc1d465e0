"""Tables of the renewal: the case and its stages, roles, channels, reminders and deliveries, links outside."""
