"""The codes that a part of the form may choose from, by their names in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lti_app.alphabet import sorting_key
from lti_app.errors import N_
from lti_app.schemes.assets import AssetView
from lti_app.schemes.catalogue import activity_types, attributes, by_setting, programmes
from lti_app.schemes.catalogue_files import Programme
from lti_app.schemes.editor.outline import Source
from lti_app.schemes.models import AssetKind
from lti_app.schemes.requirements import Setting
from lti_app.schemes.wording import Translations, setting_name

MOST_BESIDE = 12  # a list of more is chosen from on a page of its own

_WORDS: Mapping[Source, tuple[tuple[str, str], ...]] = {
    Source.MEASURES: (
        ("weeks", N_("Weeks")),
        ("hours", N_("Hours")),
        ("credits", N_("ECTS credits")),
        ("occasions", N_("Occasions")),
        ("points", N_("Points")),
    ),
    Source.VARIETIES: (
        ("type", N_("Activity types")),
        ("country", N_("Countries")),
        ("goal", N_("UN goals")),
        ("competence", N_("Competences")),
    ),
    Source.EVIDENCE: (
        ("attendance_certificate", N_("A file or link, such as a certificate of attendance")),
        ("reflection", N_("The answered reflection")),
    ),
    Source.ITEM_KINDS: (
        ("activity", N_("Activities")),
        ("final_report", N_("The final report")),
        ("presentation", N_("The presentation")),
    ),
    Source.PHASES: (
        ("before", N_("Before the activity")),
        ("during", N_("While it goes on")),
        ("after", N_("After the activity")),
    ),
    Source.LANGUAGES: (("", N_("Either")), ("sv", N_("Swedish")), ("en", N_("English"))),
    Source.ORIENTATIONS: (("portrait", N_("Portrait")), ("landscape", N_("Landscape"))),
    Source.CERTIFICATE_PARTS: (
        ("programme", N_("The programme")),
        ("faculty", N_("The faculty")),
        ("places", N_("Places of the merits")),
        ("dates", N_("Dates of the merits")),
        ("presentation", N_("The presentation")),
    ),
    Source.APPROVERS: (
        ("teacher", N_("The teachers of the course")),
        ("coordinator", N_("Coordinators only")),
    ),
    Source.ISSUERS: (
        ("tool", N_("By itself, once it is earned")),
        ("staff", N_("When staff say so, for example at a ceremony")),
    ),
}

_KINDS = {Source.LOGOS: AssetKind.LOGO, Source.SIGNATURES: AssetKind.SIGNATURE}


@dataclass(frozen=True, slots=True)
class Choice:
    """A code and its name, in a group that may have a name, too."""

    value: str
    label: str
    group: str = ""


class Choices:
    """What may be chosen in this draft, in this language; each list is made once."""

    def __init__(
        self,
        document: Mapping[str, Any],
        language: str,
        words: Translations,
        pictures: Sequence[AssetView] = (),
    ) -> None:
        self.document, self.language, self.words = document, language, words
        self.pictures = pictures
        self._made: dict[tuple[Source, str], tuple[Choice, ...]] = {}

    def of(self, source: Source, key: str = "") -> tuple[Choice, ...]:
        """The choices of a source; `key` is the attribute whose answers they are."""
        if (source, key) not in self._made:
            self._made[source, key] = tuple(self._find(source, key))
        return self._made[source, key]

    def name(self, source: Source, value: str, key: str = "") -> str:
        """The name of a code, or the code itself where it has none."""
        return next((each.label for each in self.of(source, key) if each.value == value), value)

    def _find(self, source: Source, key: str) -> Sequence[Choice]:  # noqa: PLR0911 (one for each source)
        match source:
            case Source.TYPES:
                return self._types()
            case Source.TYPES_AND_BUNDLES:
                return [*self._types(), *self._own("bundles", "id", self.words.gettext("Bundles"))]
            case Source.CLASSES:
                return self._own("classes", "name", "")
            case Source.PROGRAMMES:
                return self._sorted([self._programme(each) for each in programmes().values()])
            case Source.SETTINGS:
                return [Choice(str(each), setting_name(each, self.words)) for each in Setting]
            case Source.PICTURES:
                return self._pictures()
            case Source.LOGOS | Source.SIGNATURES:
                kinds = (each.kind for each in self.pictures)
                of_all = zip(kinds, self.of(Source.PICTURES), strict=True)
                return [replace(each, group="") for kind, each in of_all if kind is _KINDS[source]]
            case Source.ATTRIBUTES:
                fixed = [each for each in attributes().values() if each.options("en")]
                return self._sorted([Choice(each.name, each.label.in_(self.language)) for each in fixed])
            case Source.ANSWERS:
                field = attributes().get(key)
                return (
                    [Choice(value, label) for value, label in field.options(self.language)] if field else []
                )
            case _:
                return [Choice(value, self.words.gettext(label)) for value, label in _WORDS[source]]

    def _programme(self, programme: Programme) -> Choice:
        """In the group of its university, where it is of one."""
        of_many = self.words.gettext("At several universities")
        group = programme.institution.in_(self.language) if programme.institution else of_many
        return Choice(programme.code, programme.label.in_(self.language), group)

    def _types(self) -> list[Choice]:
        return [
            Choice(each.code, each.label.in_(self.language), setting_name(setting, self.words))
            for setting, types in by_setting(activity_types().values()).items()
            for each in sorted(
                types, key=lambda each: sorting_key(each.label.in_(self.language), self.language)
            )
        ]

    def _pictures(self) -> list[Choice]:
        """By what a screen reader says of each; where two say the same, with the beginning of their names."""
        gettext, said = self.words.gettext, [each.alt.in_(self.language) for each in self.pictures]
        kinds = {AssetKind.LOGO: gettext("Logos and crests"), AssetKind.SIGNATURE: gettext("Signatures")}
        gone = gettext("no longer offered")
        return [
            Choice(
                each.sha256,
                label
                + (f" ({each.sha256[:8]})" if said.count(label) > 1 else "")
                + (f" – {gone}" if each.is_withdrawn else ""),
                kinds[each.kind],
            )
            for each, label in zip(self.pictures, said, strict=True)
        ]

    def _sorted(self, choices: list[Choice]) -> list[Choice]:
        return sorted(choices, key=lambda each: sorting_key(each.label, self.language))

    def _own(self, key: str, name: str, group: str) -> list[Choice]:
        """What the draft itself names; it may be wrong, so anything that is no block is passed over."""
        members = self.document.get(key)
        blocks = [each for each in members if isinstance(each, dict)] if isinstance(members, list) else []
        return [
            Choice(
                str(each[name]), f"{each[name]} – {each.get(self.language) or ''}".removesuffix(" – "), group
            )
            for each in blocks
            if each.get(name)
        ]
