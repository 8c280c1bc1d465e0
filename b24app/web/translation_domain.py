"""The catalogues of Flask-Babel, where a text that a prepared language lacks is shown in Russian, with Russian plurals."""

from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

from b24app.text import offered_languages


class FallingBack(Domain):
    """A catalogue of a prepared language that falls back to the Russian one."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the language of the moment, read once."""
        language, folder = str(get_locale() or ""), offered_languages.TRANSLATIONS
        if language not in offered_languages.PREPARED:
            return super().get_translations()
        if (language, folder) not in self.cache:
            own, russian = (Translations.load(folder, [one], self.domain[0]) for one in (language, "ru"))
            own.add_fallback(russian)
            self.cache[language, folder] = own
        return self.cache[language, folder]
