"""Reads a copy without the application: list, verify, decrypt, export. Imports nothing of b24app outside this folder."""
