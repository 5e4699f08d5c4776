"""A face as a document embeds it: the glyphs it uses, their widths, and the way back to characters.

ReportLab would do the same in three times the time, and map the codes that a subset leaves unused to U+0000,
which PDF/UA-1 §7.21.7 forbids. It calls what is here while it writes a document.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFStream
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

from lti_app.certificates.pdf.line_ends import deflated
from lti_app.certificates.pdf.subsetting import Source

_LONGEST_BLOCK = 100  # entries of a map (Adobe Technical Note 5411)
_MAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<00> <FF>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


class EmbeddedFont(TTFont):  # type: ignore[misc]
    """A face that numbers the characters of each document as they come, 255 to a subset."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path, asciiReadable=False)
        face = self.face
        self._source = Source(face)
        self._described = (  # symbolic: its characters are numbered by the document (ISO 32000-1 §9.8.2)
            f"/Type /FontDescriptor /Flags 4 /FontBBox [{' '.join(f'{side:g}' for side in face.bbox)}]"
            f" /Ascent {face.ascent:g} /Descent {face.descent:g} /CapHeight {face.capHeight:g}"
            f" /ItalicAngle {face.italicAngle:g} /StemV {face.stemV:g} /MissingWidth {face.defaultWidth:g}"
        )

    def splitString(  # noqa: N802 (ReportLab names it)
        self, text: str, doc: Any, encoding: str = "utf-8"
    ) -> list[tuple[int, bytes]]:
        """Number the characters of a text: (subset, codes); at once where the first subset has them all."""
        known = self._assignState(doc).assignments
        if fresh := [char for char in dict.fromkeys(text) if ord(char) not in known]:
            super().splitString("".join(fresh), doc, encoding)  # numbers them
        try:
            return [(0, bytes([known[ord(char)] for char in text]))]
        except (KeyError, ValueError):  # a no-break space, which is a space, or a second subset
            split: list[tuple[int, bytes]] = super().splitString(text, doc, encoding)
            return split

    def addObjects(self, doc: Any) -> None:  # noqa: N802 (ReportLab names it)
        """Write the subsets of a document, each as a font of its own."""
        state = self.state.pop(doc)
        for number, codes in enumerate(state.subsets):
            name = f"{SUBSETN(number).decode()}+{self.fontName}"
            widths = " ".join([f"{self.face.getCharWidth(code):g}" for code in codes])
            program, compressed = deflated(self._source.subset(codes), b"\1")
            file = _placed(doc, f"file:{name}", _stream(compressed, Length1=len(program)))
            _, compressed = deflated(unicode_map(codes), b"\n")
            unicodes = _placed(doc, f"unicodes:{name}", _stream(compressed))
            described = f"<< {self._described} /FontName /{name} /FontFile2 {file} >>"
            descriptor = _placed(doc, f"descriptor:{name}", described)
            font = (
                f"<< /Type /Font /Subtype /TrueType /BaseFont /{name} /FontDescriptor {descriptor}"
                f" /ToUnicode {unicodes} /FirstChar 0 /LastChar {len(codes) - 1} /Widths [{widths}] >>"
            )
            internal = f"{state.internalName}+{number}"
            doc.idToObject["BasicFonts"].dict[internal] = _placed(doc, internal, font)


def _stream(compressed: bytes, **entries: int) -> PDFStream:
    return PDFStream(PDFDictionary({**entries, "Filter": "/FlateDecode"}), compressed)


def _placed(doc: Any, name: str, written: PDFStream | str) -> str:
    """Make it an object of the document; how that is referred to comes back."""
    reference: bytes = doc.Reference(written, name).format(doc)
    return reference.decode()


def unicode_map(codes: Sequence[int]) -> bytes:
    """The map from a subset's codes to characters (ISO 32000-1 §9.10.3); code 0 is no character."""
    entries = [f"<{code:02X}> <{_utf16(point)}>" for code, point in enumerate(codes) if point]
    starts = range(0, len(entries), _LONGEST_BLOCK)
    return _MAP.format(blocks="\n".join(_block(entries[at : at + _LONGEST_BLOCK]) for at in starts)).encode()


def _block(entries: Sequence[str]) -> str:
    return "\n".join([f"{len(entries)} beginbfchar", *entries, "endbfchar"])


def _utf16(point: int) -> str:
    return f"{point:04X}" if point < 0x10000 else chr(point).encode("utf-16-be").hex().upper()
