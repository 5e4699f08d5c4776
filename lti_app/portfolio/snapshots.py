"""What a submission froze: everything a reviewer, a certificate or a record needs, readable for ever.

Labels and questions are kept with their answers, in both languages, because catalogue and scheme move on.
Stored as JSON; `from_json` reads every form ever written.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lti_app.portfolio.states import ItemKind
from lti_app.schemes.fields import Field
from lti_app.schemes.text import Text

_FORM = 1


@dataclass(frozen=True)
class FrozenField:
    """A field of the activity's type; `shown` is the value for a reader (a country's name, a number)."""

    name: str
    label: Text
    value: str
    shown: Text


@dataclass(frozen=True)
class FrozenAnswer:
    """An answer beside the question as it was put."""

    question_id: str
    question: Text
    text: str


@dataclass(frozen=True)
class FrozenEvidence:
    """A file, with the hash, size and type of its bytes, or a link (then only `url` and `name`)."""

    evidence_id: uuid.UUID
    name: str
    url: str = ""
    stored_file_id: uuid.UUID | None = None
    sha256: str = ""
    size_bytes: int = 0
    media_type: str = ""

    @property
    def is_file(self) -> bool:
        return self.stored_file_id is not None

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


@dataclass(frozen=True)
class Snapshot:
    """An item as it was submitted. Texts and lists are empty where the kind has no such thing."""

    kind: ItemKind
    title: str = ""
    type_code: str = ""
    type_label: Text | None = None
    setting: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    form: str = ""
    form_label: Text | None = None
    printed_name: str = ""
    fields: tuple[FrozenField, ...] = ()
    answers: tuple[FrozenAnswer, ...] = ()
    evidence: tuple[FrozenEvidence, ...] = ()
    is_plan: bool = False

    def to_json(self) -> dict[str, Any]:
        """The snapshot as plain values."""
        return {
            "format": _FORM,
            "kind": str(self.kind),
            "title": self.title,
            "type_code": self.type_code,
            "type_label": _both(self.type_label),
            "setting": self.setting,
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
            "form": self.form,
            "form_label": _both(self.form_label),
            "printed_name": self.printed_name,
            "fields": [
                {
                    "name": each.name,
                    "label": _both(each.label),
                    "value": each.value,
                    "shown": _both(each.shown),
                }
                for each in self.fields
            ],
            "answers": [
                {"question_id": each.question_id, "question": _both(each.question), "text": each.text}
                for each in self.answers
            ],
            "evidence": [_evidence_json(each) for each in self.evidence],
            "is_plan": self.is_plan,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Snapshot:
        """Read a stored snapshot. Raises KeyError or ValueError for what was never one."""
        return cls(
            kind=ItemKind(stored["kind"]),
            title=stored["title"],
            type_code=stored["type_code"],
            type_label=_text(stored["type_label"]),
            setting=stored["setting"],
            starts_on=_day(stored["starts_on"]),
            ends_on=_day(stored["ends_on"]),
            form=stored["form"],
            form_label=_text(stored["form_label"]),
            printed_name=stored["printed_name"],
            fields=tuple(
                FrozenField(each["name"], Text(**each["label"]), each["value"], Text(**each["shown"]))
                for each in stored["fields"]
            ),
            answers=tuple(
                FrozenAnswer(each["question_id"], Text(**each["question"]), each["text"])
                for each in stored["answers"]
            ),
            evidence=tuple(_evidence(each) for each in stored["evidence"]),
            is_plan=stored.get("is_plan", False),
        )


def frozen_fields(fields: Iterable[Field], attributes: Mapping[str, str]) -> tuple[FrozenField, ...]:
    """Those of an activity's fields that these attributes fill in, with the catalogue's words of today."""
    filled = ((each, attributes[each.name]) for each in fields if attributes.get(each.name))
    return tuple(
        FrozenField(each.name, each.label, value, Text(each.shown(value, "sv"), each.shown(value, "en")))
        for each, value in filled
    )


def _evidence_json(evidence: FrozenEvidence) -> dict[str, Any]:
    return {
        "evidence_id": str(evidence.evidence_id),
        "name": evidence.name,
        "url": evidence.url,
        "stored_file_id": str(evidence.stored_file_id) if evidence.stored_file_id else None,
        "sha256": evidence.sha256,
        "size_bytes": evidence.size_bytes,
        "media_type": evidence.media_type,
    }


def _evidence(stored: Mapping[str, Any]) -> FrozenEvidence:
    return FrozenEvidence(
        evidence_id=uuid.UUID(stored["evidence_id"]),
        name=stored["name"],
        url=stored["url"],
        stored_file_id=uuid.UUID(stored["stored_file_id"]) if stored["stored_file_id"] else None,
        sha256=stored["sha256"],
        size_bytes=stored["size_bytes"],
        media_type=stored["media_type"],
    )


def _both(text: Text | None) -> dict[str, str] | None:
    return {"sv": text.sv, "en": text.en} if text else None


def _text(stored: Mapping[str, str] | None) -> Text | None:
    return Text(sv=stored["sv"], en=stored["en"]) if stored else None


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None
