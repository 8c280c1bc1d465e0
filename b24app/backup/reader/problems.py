"""What can be wrong with a copy or a key, each by a code; `reader_words.py` has the texts for people in their language."""


class Problem(Exception):
    """Something about a copy or a key is wrong; `code` names the sentence and `values` go into it."""

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
