"""How each situation comes about, one file per area: imported by `declared()`."""
