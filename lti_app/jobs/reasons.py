"""Why a delivery waits or has failed, as its row keeps it: one text of a message, its values, what was said.

The message is an English sentence marked with `N_`, translated where it is read; its values are put in there,
so that they read the same in every language. After a line break comes what the other side said, as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

_LONGEST = 1000  # characters, in the column
_LONGEST_VALUE = 150
_AFTER_MESSAGE, _AFTER_VALUES = "\t", "\n"


@dataclass(frozen=True)
class Reason:
    """`message` is a message id, and empty where there is no reason; `values` are those that it names."""

    message: str
    values: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""

    @classmethod
    def read(cls, written: str) -> Reason:
        """The reason that a row keeps."""
        told, _, detail = written.partition(_AFTER_VALUES)
        message, _, values = told.partition(_AFTER_MESSAGE)
        return cls(message, json.loads(values) if values else {}, detail)

    @property
    def written(self) -> str:
        """The text to keep: the detail is cut to fit, and so is each value."""
        values = {name: _cut(value) for name, value in self.values.items()}
        told = self.message
        if values:
            told += _AFTER_MESSAGE + json.dumps(values, ensure_ascii=False)
        return (f"{told}{_AFTER_VALUES}{self.detail}" if self.detail else told)[:_LONGEST]

    @property
    def logged(self) -> str:
        """What the log may say: no values, because they can name a person."""
        return Reason(self.message, detail=self.detail).written


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"
