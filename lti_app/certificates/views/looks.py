"""How certificates will look: a specimen of a scheme with what to know of its layout."""

from __future__ import annotations

from flask import Response, render_template, request

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.previewing import (
    LONGEST_NAME,
    MOST_MERITS,
    Look,
    Sample,
    look_of,
    look_of_typed,
    pages_of,
    specimen_of,
)
from lti_app.certificates.previewing import warnings_of as looked_over
from lti_app.certificates.unfinished import MISSING
from lti_app.certificates.views.certificate import pages
from lti_app.clock import now
from lti_app.errors import NotFound, Problem
from lti_app.i18n import page_language, page_words
from lti_app.schemes.editor.frame import problems_in, the_draft
from lti_app.schemes.editor.parsing import parsed_section
from lti_app.schemes.editor.problems import problems_of, split
from lti_app.schemes.editor.sections import SECTIONS
from lti_app.schemes.reading import SchemeInvalid
from lti_app.web.context import current_actor, parts, reading
from lti_app.web.files import serve_bytes
from lti_app.web.typed import clean_line

Answer = str | tuple[str, int]
_DEFAULT_NAME = "Åsa Öberg"
_DEFAULT_MERITS = 5
_CERTIFICATE = next(each for each in SECTIONS if each.slug == "certificate")


@pages.get("/schemes/<slug>/draft/specimen")
def specimen(slug: str) -> Answer:
    """The specimen beside the list of what to know; a draft that cannot be read yet says so."""
    sample = _sample()
    try:
        look = _look(slug, sample)
    except SchemeInvalid:
        draft = the_draft(slug)
        problems = problems_in(draft)
        page = render_template(
            "certificates/specimen.html",
            slug=slug,
            sample=sample,
            is_draft=True,
            draft=draft,
            problems=problems,
        )
        return page, 422
    return render_template(
        "certificates/specimen.html",
        slug=slug,
        sample=sample,
        is_other=_merits()[1],
        is_draft=look.is_draft,
        warnings=looked_over(look.facts, look.pictures(parts().storage)),
        unnamed=_unnamed(look.facts),
        layout=look.facts.layout,
    )


@pages.get("/schemes/<slug>/draft/specimen.pdf")
def specimen_file(slug: str) -> Response:
    """The specimen alone."""
    try:
        look = _look(slug, _sample())
    except SchemeInvalid as error:
        raise NotFound("a specimen of an incomplete draft") from error
    drawn = specimen_of(look.facts, look.pictures(parts().storage))
    if not drawn:
        raise NotFound("a specimen that cannot be drawn")
    return serve_bytes(drawn, "application/pdf", f"{slug}-specimen.pdf")


@pages.post("/schemes/<slug>/draft/look")
def follow(slug: str) -> str:
    """The specimen by what stands in the section's form, saved or not: pages as pictures, and what to know.

    Nothing is written; the page puts the answer beside the form while somebody types.
    """
    draft = the_draft(slug)
    form = request.form.to_dict(flat=False)
    if "end" not in form:
        raise Problem("bad-request", "a form cut short")
    typed = parsed_section(_CERTIFICATE, form, draft.document)
    every = problems_of(typed, page_language(), page_words(), draft.pictures)
    wrong, _ = split(every, request.form.get("new", ""))
    sample = _sample()
    told = {
        "draft": draft,
        "problems": [each for each in wrong if each.section == _CERTIFICATE.slug],
        "sample": sample,
        "is_other": _merits()[1],
    }
    try:
        with reading() as session:
            found = look_of_typed(session, current_actor(), typed, sample)
    except SchemeInvalid:
        return render_template("certificates/look.html", **told, warnings=(), unnamed=(), sheets=())
    pictures = found.pictures(parts().storage)
    warnings, sheets = looked_over(found.facts, pictures), pages_of(found.facts, pictures)
    unnamed = _unnamed(found.facts)
    return render_template(
        "certificates/look.html", **told, warnings=warnings, unnamed=unnamed, sheets=sheets
    )


def _look(slug: str, sample: Sample) -> Look:
    with reading() as session:
        return look_of(session, current_actor(), slug, sample)


def _unnamed(facts: CertificateFacts) -> list[str]:
    """The roles of who signs without a name; one that is not written yet is left to what is missing."""
    roles = [each.role.in_(page_language()) for each in facts.signatories if not each.name]
    return [each for each in roles if each != MISSING]


def _merits() -> tuple[int, bool]:
    """The number of merits to try, within what makes sense, and whether that is another than asked for."""
    asked = request.values.get("merits", str(_DEFAULT_MERITS)).strip()
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 5):
        return _DEFAULT_MERITS, True
    merits = min(max(int(asked), 1), MOST_MERITS)
    return merits, merits != int(asked)


def _sample() -> Sample:
    """The name and the number of merits to try."""
    return Sample(
        name=clean_line(request.values.get("name"))[:LONGEST_NAME] or _DEFAULT_NAME,
        merits=_merits()[0],
        public_url=parts().settings.public_url,
        issued_on=now().date(),
    )
