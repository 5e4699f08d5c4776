"""Values of a YAML file or a stored JSON document, each knowing the line and the field it stands in.

Owns reading the two forms into Node and the problems that can be found in one; reader.py asks a node for
what it should be. Knows nothing of schemes.

YAML aliases and anchors are refused: no file needs them, and they can make a small file endless.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from lti_app.schemes.messages import Message

_MOST_BYTES = 1_000_000
_MOST_LEVELS = 20
# libyaml where PyYAML was built with it: forty times as fast, and the tool reads all its files at start.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NO_CHARACTER = re.compile(r"[\ud800-\udfff]")
_WHOLE_NUMBER = re.compile(r"[-+]?[0-9]{1,9}")
_MENDS = (
    ("character '\\t'", Message("indent with blanks, not with tabs")),
    ("cannot start any token", Message("put the text in quotes")),
    ("undefined alias", Message("put a text that begins with * in quotes")),
    (
        "mapping values",
        Message("put a text with ': ' in it in quotes, and let the keys of a block begin in one column"),
    ),
    ("expected <block end>", Message("let what belongs to one block begin in one column")),
    ("could not find expected ':'", Message("write a colon and a blank after a key")),
    ("expected ',' or", Message("close the bracket, and put a text with a comma in it in quotes")),
    ("end of stream", Message("close the quotation mark")),
    ("sequence entries", Message("begin a list on a line of its own")),
)


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing wrong in a file: its 1-based line (None in stored JSON), the field, and what was expected."""

    line: int | None
    field: str
    message: str

    def __str__(self) -> str:
        where = [f"line {self.line}"] if self.line else []
        return ": ".join([*where, *([self.field] if self.field else []), self.message])


class FileInvalid(ValueError):  # noqa: N818 (a state of the file, and what callers say: invalid)
    """A file does not say what it should; `problems` has at least one, in the order of the lines."""

    def __init__(self, name: str, problems: Iterable[FileProblem]) -> None:
        self.name = name
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        super().__init__("; ".join(f"{name}: {problem}" for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place. `value` None with `is_absent` stands for a key already reported missing."""

    value: str | int | bool | tuple[Node, ...] | Mapping[str, Node] | None
    field: str = ""
    line: int | None = None
    is_absent: bool = False

    @property
    def found(self) -> str:
        """What stands there, for a message."""
        match self.value:
            case None:
                return Message("nothing")
            case bool():
                return Message("yes or no (true, false)")
            case int():
                return Message("the number %(number)s", number=self.value)
            case str():
                return f"{self.value[:40]!r}"
            case tuple():
                return Message("a list")
            case _:
                return Message("a block of keys")


def from_yaml(text: str, name: str) -> Node:
    """The YAML document in this text. Raises FileInvalid when it is no YAML, empty, or too large."""
    if len(text.encode("utf-8", "replace")) > _MOST_BYTES:
        raise FileInvalid(
            name, [FileProblem(None, "", Message("the file is larger than %(most)s bytes", most=_MOST_BYTES))]
        )
    if odd := _NO_CHARACTER.search(text):
        line_number = text.count("\n", 0, odd.start()) + 1
        raise FileInvalid(
            name, [FileProblem(line_number, "", Message("not valid YAML: half of a character"))]
        )
    try:
        root = _composed(text, name)
    except yaml.MarkedYAMLError as error:
        raise FileInvalid(name, [_said(error)]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        raise FileInvalid(
            name, [FileProblem(line, "", Message("not valid YAML: %(why)s", why=error.reason))]
        ) from error
    except RecursionError as error:
        raise FileInvalid(name, [FileProblem(None, "", Message("nested too deeply"))]) from error
    if root is None:
        raise FileInvalid(name, [FileProblem(1, "", Message("the file is empty"))])
    tree = _Tree()
    node = tree.node(root, "", 0)
    if tree.problems:
        raise FileInvalid(name, tree.problems)
    return node


def _said(error: yaml.MarkedYAMLError) -> FileProblem:
    """What the parser could not read, and the mend, on the line where that is to be done."""
    problem = str(error.problem)
    begins_earlier = "end of stream" in problem or "expected ':'" in problem
    mark = (begins_earlier and error.context_mark) or error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else None
    mend = next((mend for words, mend in _MENDS if words in problem), None)
    if mend is None:
        return FileProblem(line, "", Message("not valid YAML: %(why)s", why=problem))
    return FileProblem(line, "", Message("not valid YAML: %(why)s; %(mend)s", why=problem, mend=mend))


def _composed(text: str, name: str) -> yaml.Node | None:
    """PyYAML's tree. What libyaml refuses is given to the slow parser, which says better what is wrong."""
    try:
        _refuse_depth(text, name)
        return yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def _refuse_depth(text: str, name: str) -> None:
    """Composing recurses in C, where too deep an input would end the process; so it is looked for before."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MOST_LEVELS + 1:
            line = event.start_mark.line + 1 if event.start_mark else None
            raise FileInvalid(name, [FileProblem(line, "", Message("nested too deeply"))])


def from_plain(value: object, field: str = "") -> Node:
    """A value as `json.loads` gives it; what no scheme holds, such as a fraction, comes as its text."""
    match value:
        case None | bool() | int() | str():
            return Node(value, field)
        case list() | tuple():
            return Node(tuple(from_plain(each, f"{field}[{n}]") for n, each in enumerate(value)), field)
        case dict():
            return Node({key: from_plain(each, under(field, key)) for key, each in value.items()}, field)
        case _:
            return Node(str(value), field)


class _Tree:
    """PyYAML's nodes as ours."""

    def __init__(self) -> None:
        self.problems: list[FileProblem] = []
        self.seen: set[int] = set()

    def node(self, found: yaml.Node, field: str, level: int, key: yaml.Node | None = None) -> Node:
        """The value found, standing on the line of its key if it has one."""
        line = (key or found).start_mark.line + 1
        place = Node(None, field, line)
        if id(found) in self.seen:
            self._report(place, Message("an alias (*name) is not allowed here; write the value out"))
            return place
        self.seen.add(id(found))
        if level > _MOST_LEVELS:
            self._report(place, Message("nested too deeply"))
            return place
        if isinstance(found, yaml.MappingNode):
            return Node(self._mapping(found, field, level), field, line)
        if isinstance(found, yaml.SequenceNode):
            members = (self.node(each, f"{field}[{n}]", level + 1) for n, each in enumerate(found.value))
            return Node(tuple(members), field, line)
        return Node(_scalar(found), field, line)

    def _mapping(self, found: yaml.MappingNode, field: str, level: int) -> dict[str, Node]:
        values: dict[str, Node] = {}
        for key, value in found.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            node = self.node(value, under(field, name), level + 1, key)
            if name in values:
                self._report(node, Message("this key is given twice"))
            values[name] = node
        return values

    def _report(self, node: Node, message: str) -> None:
        self.problems.append(FileProblem(node.line, node.field, message))


def _scalar(found: yaml.Node) -> str | int | bool | None:
    value, kind = str(found.value), found.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return value.lower() in {"yes", "true", "on"}
    if kind == "int" and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    return value


def under(field: str, key: str) -> str:
    """The field of a key inside another field, as `requirements.all_of`."""
    return f"{field}.{key}" if field else key
