"""The engine of the checklist: declares, gathers, judges, stores and shows facts and checks."""
