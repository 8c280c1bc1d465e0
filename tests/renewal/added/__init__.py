"""What a colleague would add to the room of reminders: a channel as a folder, a kind of reminder as a file."""
