"""`python -m b24app.backup.reader`: the same command as the single file."""

from b24app.backup.reader.command import main

if __name__ == "__main__":
    main()
