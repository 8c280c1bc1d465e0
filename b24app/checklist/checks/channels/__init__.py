"""Checks of open lines, telephony and mail."""
