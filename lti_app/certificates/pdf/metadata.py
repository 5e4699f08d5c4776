"""What a file says of itself, twice and alike: in its Info dictionary and as XMP (ISO 19005-3 §6.6).

The description of the pdfuaid schema is there because PDF/A admits only properties that are described
(ISO 19005-3 §6.6.2.3); the standards are named as pdfaid 3/A and pdfuaid 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

CREATOR = "cim-lti"
PRODUCER = "ReportLab, pikepdf"

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>sv</rdf:li><rdf:li>en</rdf:li></rdf:Bag></dc:language>
<dc:format>application/pdf</dc:format>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{when}</xmp:CreateDate>
<xmp:ModifyDate>{when}</xmp:ModifyDate>
<xmp:MetadataDate>{when}</xmp:MetadataDate>
<pdf:Producer>{producer}</pdf:Producer>
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of the PDF/UA standard that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True)
class About:
    """What the file is called, who issued it, its number, and the day that counts as its date."""

    title: str
    author: str
    subject: str
    issued_on: date

    def xmp(self) -> bytes:
        """The XMP packet; both dates are noon UTC, so that they are the same day in every European zone."""
        return _XMP.format(
            title=escape(self.title),
            author=escape(self.author),
            subject=escape(self.subject),
            creator=CREATOR,
            producer=PRODUCER,
            when=f"{self.issued_on.isoformat()}T12:00:00+00:00",
        ).encode()

    def info(self) -> dict[str, str]:
        """The Info dictionary's entries."""
        return {
            "/Title": self.title,
            "/Author": self.author,
            "/Subject": self.subject,
            "/Creator": CREATOR,
            "/Producer": PRODUCER,
            "/CreationDate": self.pdf_date(),
            "/ModDate": self.pdf_date(),
        }

    def pdf_date(self) -> str:
        """The same moment as PDF writes it (ISO 32000-1 §7.9.4)."""
        return f"D:{self.issued_on:%Y%m%d}120000+00'00'"
