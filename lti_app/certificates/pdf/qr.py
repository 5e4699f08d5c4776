"""The QR code of the verify address, as runs of dark modules (ISO/IEC 18004:2015).

As bytes, with error level M and mask 2: choosing a mask by score costs more than drawing the whole page, and
every mask is valid (§7.8); a test scans the rendered page. Where each bit goes is found once for each size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, product, zip_longest
from operator import itemgetter
from typing import Any

# Of each version at level M: error words of a block, and how many data words each block has (table 9).
_BLOCKS = {
    1: (10, (16,)),
    2: (16, (28,)),
    3: (26, (44,)),
    4: (18, (32,) * 2),
    5: (24, (43,) * 2),
    6: (16, (27,) * 4),
    7: (18, (31,) * 4),
    8: (22, (38,) * 2 + (39,) * 2),
    9: (22, (36,) * 3 + (37,) * 2),
    10: (26, (43,) * 4 + (44,)),
    11: (30, (50,) + (51,) * 4),
    12: (22, (36,) * 6 + (37,) * 2),
    13: (22, (37,) * 8 + (38,)),
}
_MIDDLE = {7: 22, 8: 24, 9: 26, 10: 28, 11: 30, 12: 32, 13: 34}  # of three alignment patterns (annex E)
_BYTES = 0b0100  # the mode
_FORMAT = 0b101111001111100  # level M and mask 2, with their check bits (annex C)
_DARK = re.compile(b"1+")


@dataclass(frozen=True)
class Grid:
    """A square of `count` modules without the quiet zone; runs are (column, row from the top, length)."""

    count: int
    runs: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class _Frame:
    """What all codes of one version share: for each module, the place of its bit in the message, or behind it
    0 and 1 for those that are always light and dark; and which are flipped.
    """

    size: int
    taken: itemgetter[Any]
    mask: int


def grid(address: str) -> Grid:
    """Encode an address. Raises ValueError when it has more than 331 bytes."""
    data = address.encode()
    version = next((each for each in _BLOCKS if _room(each) >= len(data)), None)
    if version is None:
        raise ValueError("the verify address is too long for a QR code")
    frame = _frame(version)
    modules = bytes(frame.taken(_bits(version, data) + b"01"))
    masked = (int.from_bytes(modules, "big") ^ frame.mask).to_bytes(len(modules), "big")
    rows = (masked[start : start + frame.size] for start in range(0, len(masked), frame.size))
    runs = ((run.start(), row, len(run[0])) for row, line in enumerate(rows) for run in _DARK.finditer(line))
    return Grid(frame.size, tuple(runs))


def _room(version: int) -> int:
    """How many bytes fit, beside the mode and the length before them."""
    return sum(_BLOCKS[version][1]) - 1 - _length_words(version)


def _length_words(version: int) -> int:
    return 1 if version < 10 else 2


def _bits(version: int, data: bytes) -> bytes:
    """The message as the digits 0 and 1: data and error words of all blocks in turn (§7.4, §7.6)."""
    errors, sizes = _BLOCKS[version]
    head = _BYTES << 8 * _length_words(version) | len(data)
    message = (head << 8 * len(data) | int.from_bytes(data, "big")) << 4  # four zeros end it
    words = message.to_bytes(1 + _length_words(version) + len(data), "big")
    words += bytes((0xEC, 0x11)[place % 2] for place in range(sum(sizes) - len(words)))
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    blocks = [words[start : start + size] for start, size in zip(starts, sizes, strict=True)]
    checks = [_check(block, errors) for block in blocks]
    turns = chain(zip_longest(*blocks), zip(*checks, strict=True))
    final = bytes(word for words_of_all in turns for word in words_of_all if word is not None)
    return f"{int.from_bytes(final, 'big'):0{8 * len(final)}b}".encode()


def _check(block: bytes, errors: int) -> bytes:
    """The remainder of a block divided by the generator polynomial (§7.5.2)."""
    table, most = _multiples(errors), (1 << 8 * errors) - 1
    rest = 0
    for word in block:
        rest = rest << 8 & most ^ table[rest >> 8 * (errors - 1) ^ word]
    return rest.to_bytes(errors, "big")


@cache
def _multiples(errors: int) -> tuple[int, ...]:
    """The generator polynomial of this degree, but for its first 1, times each word."""
    polynomial = [1]
    root = 1
    for _ in range(errors):
        shifted = [*polynomial, 0]
        polynomial = [a ^ _times(b, root) for a, b in zip(shifted, [0, *polynomial], strict=True)]
        root = _times(root, 2)
    return tuple(
        int.from_bytes(bytes(_times(each, word) for each in polynomial[1:]), "big") for word in range(256)
    )


def _times(a: int, b: int) -> int:
    """Multiply in the field of 256 elements."""
    found = 0
    while b:
        found ^= a * (b & 1)
        a = (a << 1) ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return found


@cache
def _frame(version: int) -> _Frame:
    size = 17 + 4 * version
    fixed = _fixed(version, size)
    errors, sizes = _BLOCKS[version]
    bits = 8 * (sum(sizes) + errors * len(sizes))
    free = enumerate(place for place in _way(size) if place not in fixed)
    source = {place: number if number < bits else bits for number, place in free}
    source |= {place: bits + dark for place, dark in fixed.items()}
    modules = list(product(range(size), range(size)))
    mask = bytes(place not in fixed and place[1] % 3 == 0 for place in modules)
    return _Frame(size, itemgetter(*(source[place] for place in modules)), int.from_bytes(mask, "big"))


def _way(size: int) -> Iterator[tuple[int, int]]:
    """The modules in the order in which bits are placed, as (row, column): pairs of columns from the right,
    up and down in turn, without the column of the timing pattern (§7.7.3).
    """
    columns = [*range(size - 1, 6, -2), *range(5, 0, -2)]
    for turn, right in enumerate(columns):
        rows = range(size) if turn % 2 else reversed(range(size))
        yield from product(rows, (right, right - 1))


def _fixed(version: int, size: int) -> dict[tuple[int, int], bool]:
    """The modules that are the same in all codes: patterns, format, version (§6.3, §7.9, §7.10)."""
    found: dict[tuple[int, int], bool] = {}
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        for row, column in product(range(-1, 8), repeat=2):
            found[top + row, left + column] = max(abs(row - 3), abs(column - 3)) not in {2, 4}
    found = {place: dark for place, dark in found.items() if min(place) >= 0 and max(place) < size}
    for along in range(8, size - 8):
        found[6, along] = found[along, 6] = along % 2 == 0
    for middle_row, middle_column in _alignments(version, size):
        for row, column in product(range(-2, 3), repeat=2):
            found[middle_row + row, middle_column + column] = max(abs(row), abs(column)) != 1
    down = [*range(6), 7, 8, *range(size - 7, size)]
    across = [*range(size - 1, size - 9, -1), 7, *range(5, -1, -1)]
    for bit, (row, column) in enumerate(zip(down, across, strict=True)):
        found[row, 8] = found[8, column] = bool(_FORMAT >> bit & 1)
    found[size - 8, 8] = True
    for bit in range(18 if version >= 7 else 0):
        row, column = size - 11 + bit % 3, bit // 3
        found[row, column] = found[column, row] = bool(_with_checks(version) >> bit & 1)
    return found


def _alignments(version: int, size: int) -> list[tuple[int, int]]:
    """The centres of the alignment patterns: all but where a corner's pattern is."""
    along = [6, *filter(None, [_MIDDLE.get(version)]), size - 7] if version > 1 else []
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    return [centre for centre in product(along, along) if centre not in corners]


def _with_checks(version: int) -> int:
    """The version's number with its twelve check bits (annex D)."""
    rest = version << 12
    while rest.bit_length() > 12:
        rest ^= 0x1F25 << rest.bit_length() - 13
    return version << 12 | rest
