"""Swedish and English: which one a request speaks, and translating outside of requests.

Messages are English in the code; lti_app/translations/sv.po holds the Swedish. The catalogue is read from its
text form at start-up, so that a checkout and a wheel need no compile step and nothing compiled can be stale.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup

LANGUAGES = ("sv", "en")
_FOLDER = Path(__file__).parent / "translations"


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations into a language; English, the language of the code, has an empty one."""
    path = _FOLDER / f"{language}.po"
    if language not in LANGUAGES or not path.is_file():
        return NullTranslations()
    with path.open("rb") as source:
        messages = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def translator(language: str) -> Callable[[str], str]:
    """`gettext` for one language, for what is written outside of requests."""
    return catalogue(language).gettext


class _Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    """Flask-Babel's way to a catalogue, answered from ours."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        return catalogue(locale.language if locale else "en")


class _Babel(Babel):  # type: ignore[misc]
    domain_instance = _Catalogues()


def language_of(tag: str) -> str:
    """`sv` or `en` for a language tag such as `sv-SE` or `en_GB`; empty for any other."""
    word = tag.replace("_", "-").split("-")[0].lower()
    return word if word in LANGUAGES else ""


def chosen_language() -> str:
    """The request's language: the person's choice, the launch's locale, `?lang=`, then the browser's.

    A person is somebody in a launch, or the tool's operator.
    """
    if not has_request_context():
        return "en"
    launch = g.get("launch")
    if launch is not None and (found := launch.language or language_of(launch.locale)):
        return str(found)
    operator = g.get("operator")
    if operator is not None and operator.language:
        return str(operator.language)
    if asked := language_of(request.args.get("lang", "")):
        return asked
    return request.accept_languages.best_match(LANGUAGES) or "en"


@cache
def _as_markup(language: str, message: str) -> Markup:
    return Markup(catalogue(language).gettext(message))  # noqa: S704 (translations are the tool's own)


def page_language() -> str:
    """The request's language, looked up once: a page of fifty rows asks for it three hundred times."""
    if "words_in" not in g:
        locale = get_locale()
        g.words_in = locale.language if locale else "en"
    return str(g.words_in)


def page_words() -> NullTranslations:
    """The messages of the page's language, for sentences made outside of templates."""
    return catalogue(page_language())


def _gettext(message: str, /, **values: object) -> Markup:
    """What `_` means in a template; as Jinja's own, the message is a format, and values are escaped."""
    text = _as_markup(page_language(), message)
    return text % values if "%" in text else text


def _ngettext(singular: str, plural: str, num: int, /, **values: object) -> Markup:
    text = catalogue(page_language()).ngettext(singular, plural, num)
    if not values:  # a number needs no escaping, which costs more than all the rest
        return Markup(text % {"num": int(num)})  # noqa: S704 (as above)
    return Markup(text) % {"num": num, **values}  # noqa: S704 (as above)


def init_app(app: Flask, time_zone: str) -> None:
    """Give the application its languages, and the zone in which its pages tell the time."""
    _Babel(app, default_locale="en", default_timezone=time_zone, locale_selector=chosen_language)
    app.jinja_env.globals.update({"_": _gettext, "gettext": _gettext, "ngettext": _ngettext})
