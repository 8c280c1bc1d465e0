"""The renewal itself: the case with its stages and delays, its people, documents, the next step, recovery, guides."""
