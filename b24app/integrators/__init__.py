"""Integrators: consent of clients, roles of their people, the board of clients, opening a client's portal."""
