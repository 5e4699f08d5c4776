"""What a certificate says: the frozen snapshot that is printed, signed and kept.

Everything a page of the diploma needs is here, in both languages, so that drawing asks nobody. It is stored
as JSON beside the signed bytes; `from_json` reads every version ever written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from lti_app.schemes.certificate_layout import DEFAULT, CertificateLayout
from lti_app.schemes.layout_reading import layout_to_json, read_layout
from lti_app.schemes.nodes import from_plain
from lti_app.schemes.reader import Reader
from lti_app.schemes.text import Text

__all__ = ["CertificateFacts", "Merit", "PictureText", "Presentation", "Signatory", "Text"]

_FORMAT = 3
_READABLE = (1, 2, 3)  # 1 had no layout: all looked as the default does; 2 had no descriptions of pictures
_SETTINGS = ("abroad", "home", "virtual", "own")


@dataclass(frozen=True)
class Merit:
    """One approved activity as it is printed; `title` and `place` are in the holder's words and language.

    Without an end only the day it started is printed; without either date, none.
    """

    type_label: Text
    title: str
    setting: str
    setting_label: Text
    starts_on: date | None = None
    ends_on: date | None = None
    place: str = ""


@dataclass(frozen=True)
class Presentation:
    """How and when the merits were presented."""

    form: Text
    held_on: date | None = None


@dataclass(frozen=True)
class Signatory:
    """A person who answers for the certificate, with the office held: Prodekan, Vice-Dean."""

    name: str
    role: Text


@dataclass(frozen=True)
class PictureText:
    """What a screen reader says in place of a picture of the layout."""

    asset_id: str
    text: Text


@dataclass(frozen=True)
class CertificateFacts:
    """Everything printed on one certificate.

    `code` is the plain verify code of twelve characters; `verify_url` is what the QR code holds. `statement`
    replaces the sentence below the name, when the scheme has its own. `layout` names pictures; their bytes
    are kept elsewhere.
    """

    number: str
    code: str
    verify_url: str
    holder_name: str
    title: Text
    scheme_name: Text
    issuer: Text
    issued_on: date
    merits: tuple[Merit, ...]
    faculty: Text | None = None
    programme: Text | None = None
    statement: Text | None = None
    presentation: Presentation | None = None
    signatories: tuple[Signatory, ...] = ()
    specimen: bool = False
    layout: CertificateLayout = DEFAULT
    picture_texts: tuple[PictureText, ...] = ()

    def text_of(self, asset_id: str, otherwise: str) -> str:
        """What stands for a picture, in English as the diploma's own words for figures are."""
        return next((each.text.en for each in self.picture_texts if each.asset_id == asset_id), otherwise)

    @property
    def named_scheme(self) -> Text | None:
        """The scheme as it is printed: not at all where it is called as the title is."""
        names = {self.scheme_name.sv, self.scheme_name.en}
        return None if names <= {self.title.sv, self.title.en} else self.scheme_name

    def merits_by_setting(self) -> tuple[tuple[Text, tuple[Merit, ...]], ...]:
        """Group the merits: abroad, home, virtual, own, then any other; within by start, undated last."""
        codes = sorted({merit.setting for merit in self.merits}, key=_setting_order)
        groups = (tuple(m for m in self.merits if m.setting == code) for code in codes)
        return tuple((group[0].setting_label, tuple(sorted(group, key=_start))) for group in groups)

    def to_json(self) -> str:
        """Write the snapshot; the same facts always give the same text."""
        document = {"format": _FORMAT, **asdict(self), "layout": layout_to_json(self.layout)}
        return json.dumps(document, default=date.isoformat, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, document: str | bytes) -> CertificateFacts:
        """Read a snapshot. Raises ValueError, naming the field, when it is none."""
        read = _Reader(json.loads(document), "certificate")
        if read.value("format") not in _READABLE:
            raise ValueError(
                f"certificate.format: {read.value('format')!r} is not a format this version reads"
            )
        presentation = read.optional("presentation")
        return cls(
            number=read.text("number"),
            code=read.text("code"),
            verify_url=read.text("verify_url"),
            holder_name=read.text("holder_name"),
            title=_text(read.inner("title")),
            scheme_name=_text(read.inner("scheme_name")),
            issuer=_text(read.inner("issuer")),
            issued_on=read.required_day("issued_on"),
            merits=tuple(map(_merit, read.each("merits"))),
            faculty=_optional_text(read, "faculty"),
            programme=_optional_text(read, "programme"),
            statement=_optional_text(read, "statement"),
            presentation=_presentation(presentation) if presentation else None,
            signatories=tuple(map(_signatory, read.each("signatories"))),
            specimen=read.flag("specimen"),
            layout=_layout(read.value("layout")),
            picture_texts=tuple(map(_picture_text, read.each("picture_texts")))
            if read.value("picture_texts") is not None
            else (),
        )


def _setting_order(code: str) -> tuple[int, str]:
    return (_SETTINGS.index(code) if code in _SETTINGS else len(_SETTINGS), code)


def _start(merit: Merit) -> date:
    return merit.starts_on or date.max


class _Reader:
    """One JSON object, read field by field, so that what is wrong can be named."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, Mapping):
            raise ValueError(f"{where}: an object is expected")
        self._value = value
        self._where = where

    def value(self, name: str) -> object:
        return self._value.get(name)

    def text(self, name: str) -> str:
        value = self.value(name)
        if not isinstance(value, str):
            raise ValueError(f"{self._where}.{name}: a text is expected")
        return value

    def flag(self, name: str) -> bool:
        value = self.value(name)
        if not isinstance(value, bool):
            raise ValueError(f"{self._where}.{name}: true or false is expected")
        return value

    def day(self, name: str) -> date | None:
        return None if self.value(name) is None else self.required_day(name)

    def required_day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.text(name))
        except ValueError as error:
            raise ValueError(f"{self._where}.{name}: a date is expected") from error

    def inner(self, name: str) -> _Reader:
        return _Reader(self.value(name), f"{self._where}.{name}")

    def optional(self, name: str) -> _Reader | None:
        return None if self.value(name) is None else self.inner(name)

    def each(self, name: str) -> list[_Reader]:
        values = self.value(name)
        if not isinstance(values, Sequence) or isinstance(values, str):
            raise ValueError(f"{self._where}.{name}: a list is expected")
        return [_Reader(value, f"{self._where}.{name}[{place}]") for place, value in enumerate(values)]


def _text(read: _Reader) -> Text:
    return Text(sv=read.text("sv"), en=read.text("en"))


def _optional_text(read: _Reader, name: str) -> Text | None:
    inner = read.optional(name)
    return _text(inner) if inner else None


def _layout(value: object) -> CertificateLayout:
    if value is None:
        return DEFAULT
    reader = Reader("certificate.layout")
    layout = read_layout(reader, from_plain(value))
    reader.finish()
    return layout


def _merit(read: _Reader) -> Merit:
    return Merit(
        type_label=_text(read.inner("type_label")),
        title=read.text("title"),
        setting=read.text("setting"),
        setting_label=_text(read.inner("setting_label")),
        starts_on=read.day("starts_on"),
        ends_on=read.day("ends_on"),
        place=read.text("place"),
    )


def _presentation(read: _Reader) -> Presentation:
    return Presentation(form=_text(read.inner("form")), held_on=read.day("held_on"))


def _picture_text(read: _Reader) -> PictureText:
    return PictureText(read.text("asset_id"), _text(read.inner("text")))


def _signatory(read: _Reader) -> Signatory:
    return Signatory(name=read.text("name"), role=_text(read.inner("role")))
