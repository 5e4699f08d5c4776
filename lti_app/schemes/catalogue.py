"""The activity types and programmes that the tool knows, out of config/, and finding one of them.

Owns the packaged lists (read once per process). Which types a scheme accepts is the scheme's matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from lti_app.alphabet import plain, sorting_key
from lti_app.schemes.catalogue_files import (
    ActivityType,
    Programme,
    read_activity_types,
    read_attributes,
    read_programmes,
)
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.fields import Field, FieldKind
from lti_app.schemes.requirements import Setting
from lti_app.settings import data_path


@cache
def activity_types() -> Mapping[str, ActivityType]:
    """Every activity type by its code, in the order of the file."""
    config = data_path("config")
    found = read_activity_types(
        (config / "attributes.yaml").read_text("utf-8"), (config / "activity_types.yaml").read_text("utf-8")
    )
    return MappingProxyType({each.code: each for each in found})


@cache
def attributes() -> Mapping[str, Field]:
    """Every attribute that a type may ask for by its name, as it is before a type narrows it."""
    found = read_attributes((data_path("config") / "attributes.yaml").read_text("utf-8"))
    return MappingProxyType({each.name: each for each in found})


@cache
def type_settings() -> Mapping[str, str]:
    """The setting of every activity type, in the order of the file: what a next step can be made of."""
    return MappingProxyType({code: str(each.setting) for code, each in activity_types().items()})


@cache
def type_answers() -> Mapping[str, frozenset[str]]:
    """The names of everything that the form of each activity type asks for."""
    return MappingProxyType(
        {code: frozenset(each.name for each in form_fields(code)) for code in activity_types()}
    )


@cache
def type_names(locale: str) -> Mapping[str, str]:
    """The name of every activity type in one language."""
    return MappingProxyType({code: each.label.in_(locale) for code, each in activity_types().items()})


@cache
def programmes() -> Mapping[str, Programme]:
    """Every programme by its code, in the order of the file."""
    found = read_programmes((data_path("config") / "programmes.yaml").read_text("utf-8"))
    return MappingProxyType({each.code: each for each in found})


def is_offered(programme: Programme, scheme: SchemeDocument, institution: str) -> bool:
    """Whether a course of the scheme can be set up for this programme at the institution of this name.

    Not for a former name. Another institution's programme only if many have it or the scheme names it.
    """
    is_theirs = programme.is_common or _is_own(programme, institution)
    is_named = scheme.programmes is not None and programme.code in scheme.programmes
    return scheme.is_for(programme.code) and not programme.succeeded_by and (is_theirs or is_named)


def programmes_for(schemes: Iterable[SchemeDocument], institution: str, locale: str) -> tuple[Programme, ...]:
    """The programmes a course can be set up for with one of these schemes: the institution's own ones, then
    the others, by name.
    """
    given = tuple(schemes)
    offered = [
        each
        for each in programmes().values()
        if any(is_offered(each, scheme, institution) for scheme in given)
    ]
    return tuple(
        sorted(
            offered,
            key=lambda each: (not _is_own(each, institution), sorting_key(each.label.in_(locale), locale)),
        )
    )


def _is_own(programme: Programme, institution: str) -> bool:
    """Whether the programme belongs to the institution of this name."""
    return plain(institution.strip()) in {plain(each) for each in programme.institution_names}


def fields_for(type_code: str) -> tuple[Field, ...]:
    """The fields an activity of this type is asked for; none for a code the catalogue does not know."""
    found = activity_types().get(type_code)
    return found.fields if found else ()


@cache
def tags() -> tuple[Field, ...]:
    """The fields that an activity of every type may fill in: goals and competences."""
    return tuple(each for each in attributes().values() if each.kind is FieldKind.SEVERAL)


def form_fields(type_code: str) -> tuple[Field, ...]:
    """Everything the form of such an activity has: what its type asks, then the tags."""
    return (*fields_for(type_code), *tags())


def search(
    query: str = "",
    *,
    setting: str | None = None,
    locale: str = "en",
    scheme: SchemeDocument | None = None,
    programme_code: str = "",
) -> tuple[ActivityType, ...]:
    """The types whose Swedish or English name, or code, has every word of the query; accents do not matter.

    Narrowed to one setting and to what the scheme accepts for the programme, if given. Best match first: what
    a student does before what only staff do, names that begin with the query, then by name in the locale's
    alphabet.
    """
    wanted = plain(query).split()
    found = [
        each
        for each in activity_types().values()
        if (setting is None or each.setting == setting)
        and (scheme is None or scheme.accepts(each.code, programme_code))
        and all(word in _searched(each.code) for word in wanted)
    ]
    return tuple(sorted(found, key=lambda each: _rank(each, wanted, locale)))


def by_setting(types: Iterable[ActivityType]) -> Mapping[Setting, tuple[ActivityType, ...]]:
    """These types under their setting: abroad, home, virtual, own; settings without any are left out."""
    found = tuple(types)
    groups = {setting: tuple(each for each in found if each.setting is setting) for setting in Setting}
    return {setting: group for setting, group in groups.items() if group}


@cache
def _searched(code: str) -> str:
    found = activity_types()[code]
    return plain(f"{found.label.sv} | {found.label.en} | {code.replace('_', ' ')}")


def _rank(found: ActivityType, wanted: list[str], locale: str) -> tuple[bool, bool, bool, str]:
    name = plain(found.label.in_(locale))
    begins = name.replace("/", " ").replace("-", " ").split()
    return (
        not found.is_for_students,
        not name.startswith(" ".join(wanted)),
        not all(any(each.startswith(word) for each in begins) for word in wanted),
        sorting_key(found.label.in_(locale), locale),
    )
