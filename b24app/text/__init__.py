"""Messages before translation, translation, and formats of dates, money, numbers and plurals."""
