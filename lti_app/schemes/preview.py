"""A scheme as a student would meet it: what counts in each setting, what is asked of it, what comes last.

For whoever chooses a scheme and has not seen it at work. Pure: the catalogue's and the document's words.
"""

from __future__ import annotations

from dataclasses import dataclass

from lti_app.i18n import catalogue as translations
from lti_app.schemes import catalogue
from lti_app.schemes.catalogue_files import ActivityType
from lti_app.schemes.document import Approver, SchemeDocument
from lti_app.schemes.form_wording import evidence_rule_sentence, language_sentence
from lti_app.schemes.wording import setting_name


@dataclass(frozen=True)
class Preview:
    """`groups` are (setting, types that count there), by name; `rules` sentences about the scheme's ways."""

    groups: tuple[tuple[str, tuple[ActivityType, ...]], ...]
    rules: tuple[str, ...]


def preview_of(document: SchemeDocument, programme_code: str, language: str) -> Preview:
    """What students on this programme would meet."""
    words = translations(language)
    found = catalogue.search(locale=language, scheme=document, programme_code=programme_code)
    types = [each for each in found if each.is_for_students]
    rules = [evidence_rule_sentence(document.evidence, words)]
    if document.reflection.required:
        rules.append(words.gettext("A reflection belongs to every activity."))
    if document.reflection.language:
        rules.append(language_sentence(document.reflection.language, words))
    if document.plans.types or document.plans.settings:
        rules.append(words.gettext("Some activities begin with a plan, which is approved first."))
    if document.rubric:
        names = ", ".join(each.name.in_(language) for each in document.rubric)
        rules.append(words.gettext("Reviewers look at: %(names)s.") % {"names": names})
    if document.approver is Approver.COORDINATOR:
        rules.append(words.gettext("Only coordinators approve."))
    rules.append(words.gettext("When the requirements are met, a final report is written."))
    if document.presentation.required:
        forms = ", ".join(each.name.in_(language) for each in document.presentation.forms)
        rules.append(
            words.gettext("Then it is presented in one of these ways: %(forms)s.") % {"forms": forms}
        )
    groups = catalogue.by_setting(types).items()
    return Preview(tuple((setting_name(key, words), each) for key, each in groups), tuple(rules))
