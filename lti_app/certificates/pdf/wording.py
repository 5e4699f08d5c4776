"""The diploma's own sentences, in both languages: a certificate does not follow the reader's."""

from __future__ import annotations

import re
from datetime import date

from lti_app.certificates.facts import CertificateFacts, Merit, Presentation, Text
from lti_app.days import day_in, span_in

CONTINUED = Text(sv="forts.", en="cont.")
CODE = Text(sv="Kod", en="Code")
NUMBER = Text(sv="Nummer", en="Number")
SCHEME = Text(sv="Ordning", en="Scheme")
SPECIMEN = Text(sv="PROVEXEMPLAR – INTE GILTIGT", en="SPECIMEN – NOT VALID")
SPECIMEN_MARK = "SPECIMEN"
DEVELOPMENT = Text(sv="UTVECKLINGSNYCKEL – INTE GILTIGT", en="DEVELOPMENT KEY – NOT VALID")
DEVELOPMENT_MARK = "DEVELOPMENT"

# How a sentence leads over to the merits below it, and how it ends when they are in the annex instead.
_LEADS_OVER = {
    "sv": (
        (r"(?:följande|dessa|nedanstående) ((?:[\w-]+ ){0,3}meriter)", r"de \1 som anges i bilagan"),
        (r"(genom|med|av|för|i)", r"\1 de meriter som anges i bilagan"),
        (r"nedan", "i bilagan"),
    ),
    "en": (
        (r"(?:the following|these) ((?:[\w-]+ ){0,3}merits)", r"the \1 listed in the annex"),
        (r"(through|with|by|for|in|of)", r"\1 the merits listed in the annex"),
        (r"below", "in the annex"),
    ),
}
_ELSEWHERE = {"sv": "Meriterna anges i bilagan.", "en": "The merits are listed in the annex."}


def day(when: date) -> Text:
    """Spell out a date: 3 juni 2026, 3 June 2026."""
    return Text(sv=day_in(when, "sv"), en=day_in(when, "en"))


def period(starts_on: date | None, ends_on: date | None) -> Text | None:
    """Spell out a period: 17–19 januari 2025, 17–19 January 2025; None without dates."""
    spelled = Text(sv=span_in(starts_on, ends_on, "sv"), en=span_in(starts_on, ends_on, "en"))
    return spelled if spelled.sv else None


def statement(facts: CertificateFacts, *, listed_here: bool) -> Text:
    """Compose the sentence after the holder's name; the scheme's own statement goes before ours."""
    if (own := facts.statement) is not None:
        return own if listed_here else Text(sv=_in_annex(own.sv, "sv"), en=_in_annex(own.en, "en"))
    sv = f"har inom {facts.programme.sv} uppfyllt kraven" if facts.programme else "har uppfyllt kraven"
    en = f"has, within the {facts.programme.en}," if facts.programme else "has"
    en = f"{en} fulfilled the requirements"
    if (named := facts.named_scheme) is not None:
        sv, en = f"{sv} i ordningen ”{named.sv}”", f"{en} of the scheme “{named.en}”"
    if listed_here:
        return Text(
            sv=f"{sv} med följande internationella meriter.",
            en=f"{en} with the following international merits.",
        )
    return Text(
        sv=f"{sv} med de internationella meriter som anges i bilagan.",
        en=f"{en} with the international merits listed in the annex.",
    )


def figures(starts_on: date | None, ends_on: date | None) -> str:
    """Write a period in figures, which both languages read alike (ISO 8601); "" without dates."""
    return " – ".join(dict.fromkeys(each.isoformat() for each in (starts_on, ends_on) if each))


def _in_annex(said: str, lang: str) -> str:
    """End a statement so that it leads to the annex; one that leads nowhere is followed by where they are."""
    said = " ".join(said.split())
    open_ended = said.rstrip(" .:;")
    for end, instead in _LEADS_OVER[lang]:
        changed, found = re.subn(rf"\b{end}$", instead, open_ended)
        if found:
            return f"{changed}."
    return f"{said if said.endswith(('.', '!')) else f'{open_ended}.'} {_ELSEWHERE[lang]}"


def programme(facts: CertificateFacts) -> Text | None:
    """Name the programme for a line of its own, unless our sentence is the one that names it."""
    return None if facts.statement is None else facts.programme


def scheme(facts: CertificateFacts) -> Text | None:
    """Name the scheme for a line of its own, unless our sentence is the one that names it."""
    return None if facts.statement is None else facts.named_scheme


def presentation(shown: Presentation) -> Text:
    """Say how and when the merits were presented."""
    when = day(shown.held_on) if shown.held_on else Text(sv="", en="")
    return Text(
        sv="Redovisning: " + ", ".join(filter(None, (shown.form.sv, when.sv))),
        en="Presentation: " + ", ".join(filter(None, (shown.form.en, when.en))),
    )


def issued(facts: CertificateFacts) -> Text:
    """Say when it was issued."""
    when = day(facts.issued_on)
    return Text(sv=f"Utfärdat den {when.sv}", en=f"Issued on {when.en}")


def page_of(page: int, pages: int) -> Text:
    """Number a page, counted from 1."""
    return Text(sv=f"Sida {page} av {pages}", en=f"Page {page} of {pages}")


def heading(merit: Merit) -> str:
    """Join what a merit is called and where it took place, unless the one already says the other."""
    if not merit.place or merit.place.casefold() in merit.title.casefold():
        return merit.title
    return f"{merit.title}, {merit.place}"


def printed_texts(facts: CertificateFacts) -> list[str]:
    """Collect every text that the facts bring on to paper."""
    layout = facts.layout
    both = [facts.title, facts.scheme_name, facts.issuer, layout.certifies, layout.annex, layout.verify]
    both += [text for text in (facts.faculty, facts.programme, facts.statement) if text]
    both += [facts.presentation.form] if facts.presentation else []
    both += [text for merit in facts.merits for text in (merit.type_label, merit.setting_label)]
    both += [signatory.role for signatory in facts.signatories]
    alone = [facts.holder_name, facts.number, facts.code, facts.verify_url]
    alone += [text for merit in facts.merits for text in (merit.title, merit.place)]
    alone += [signatory.name for signatory in facts.signatories]
    return [*alone, *(text for pair in both for text in (pair.sv, pair.en))]
