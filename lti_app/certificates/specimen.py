"""A complete certificate of a scheme with made-up merits, marked as a specimen."""

from __future__ import annotations

from datetime import date, timedelta

from lti_app.certificates.code import grouped
from lti_app.certificates.facts import CertificateFacts, Merit, PictureText, Presentation, Signatory
from lti_app.certificates.snapshot import SETTING_LABELS
from lti_app.portfolio.limits import NAME_CHARS
from lti_app.schemes import catalogue
from lti_app.schemes.document import SchemeDocument
from lti_app.web.typed import is_blank

CODE = "SPEC1MEN0000"  # readable, and drawn for nobody
_PLACES = (
    "Universitetet i Oslo, Norge / Norway",
    "University of Nairobi, Kenya",
    "Lund",
    "São Paulo, Brasil",
)
_BETWEEN, _LONG = timedelta(days=40), timedelta(days=10)


def specimen_facts(
    document: SchemeDocument,
    *,
    name: str,
    merits: int,
    public_url: str,
    issued_on: date,
    picture_texts: tuple[PictureText, ...] = (),
) -> CertificateFacts:
    """What a certificate of this scheme would say, with so many merits of the scheme's own types.

    Raises ValueError for a blank name, one that is longer than any can be, or no merits.
    """
    if is_blank(name) or merits < 1:
        raise ValueError("a specimen needs a name and at least one merit")
    if len(name) > NAME_CHARS:
        raise ValueError(f"the name has {len(name)} characters, and a certificate has room for {NAME_CHARS}")
    texts = document.certificate
    # Where none is required nobody can begin a presentation, so no certificate has one.
    form = next(iter(document.presentation.forms), None) if document.presentation.required else None
    programme = catalogue.programmes_for([document], "", "en")[:1]
    return CertificateFacts(
        number=f"CIM-{issued_on.year:04d}-000000",
        code=CODE,
        verify_url=f"{public_url}/verify/{grouped(CODE)}",
        holder_name=name.strip(),
        title=texts.title,
        scheme_name=document.name,
        issuer=texts.issuer,
        issued_on=issued_on,
        merits=_made_up(document, programme[0].code if programme else "", merits, issued_on),
        faculty=texts.faculty,
        programme=programme[0].label if programme else None,
        statement=texts.statement,
        presentation=Presentation(form.name, issued_on) if form else None,
        signatories=tuple(Signatory(each.name, each.role) for each in texts.signatories),
        specimen=True,
        layout=texts.layout,
        picture_texts=picture_texts,
    )


def _made_up(document: SchemeDocument, programme_code: str, count: int, issued_on: date) -> tuple[Merit, ...]:
    """Activities of one type after the other, the last of them just before the certificate."""
    types = [
        each for each in catalogue.activity_types().values() if document.accepts(each.code, programme_code)
    ]
    chosen = [types[number * 7 % len(types)] for number in range(count)]
    first = issued_on - count * _BETWEEN
    return tuple(
        Merit(
            type_label=each.label,
            title=each.label.sv,
            setting=each.setting,
            setting_label=SETTING_LABELS[each.setting],
            starts_on=first + number * _BETWEEN,
            ends_on=first + number * _BETWEEN + _LONG,
            place=_PLACES[number % len(_PLACES)],
        )
        for number, each in enumerate(chosen)
    )
