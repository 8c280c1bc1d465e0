# What we use of gunicorn, typed: the library ships no types.
