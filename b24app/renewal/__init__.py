"""The renewal itself: the case, its people, reminders and channels, guides, and the way back for those who are late."""
