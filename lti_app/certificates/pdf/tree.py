"""The structure tree of a file: elements with roles and languages, and the way from each page back to them.

ISO 32000-1 §14.7: StructTreeRoot → Document → …; the ParentTree answers, for each page and each annotation,
which elements its marks belong to.
"""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from lti_app.certificates.pdf.structure import Box, Element, Field, Piece, Target


class TreeBuilder:
    """Writes one tree. Each page has as many parents as marks; annotations follow after the pages.

    `field` is the signature's widget, which the Form element refers to.
    """

    def __init__(self, pdf: pikepdf.Pdf, field: pikepdf.Object) -> None:
        self._pdf = pdf
        self._field = field
        self._pages = [page.obj for page in pdf.pages]
        self._parents: list[dict[int, pikepdf.Object]] = [{} for _ in self._pages]
        self._annotated: list[pikepdf.Object] = []  # the parent of each annotation

    def build(self, document: Element) -> pikepdf.Object:
        """Write the tree below a root, which is given back."""
        root = self._pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        root.K = Array([self._element(document, root, None)])
        numbers: list[pikepdf.Object | int] = []
        for number, (page, by_mcid) in enumerate(zip(self._pages, self._parents, strict=True)):
            page.StructParents = number
            page.Tabs = Name.S
            owners = Array([by_mcid[each] for each in sorted(by_mcid)])
            numbers += [number, self._pdf.make_indirect(owners)]
        for number, parent in enumerate(self._annotated, len(self._pages)):
            numbers += [number, parent]
        root.ParentTree = self._pdf.make_indirect(Dictionary(Nums=Array(numbers)))
        root.ParentTreeNextKey = len(self._pages) + len(self._annotated)
        return root

    def _element(self, element: Element, parent: pikepdf.Object, lang: str | None) -> pikepdf.Object:
        pieces = [kid for kid in element.kids if isinstance(kid, Piece)]
        own = element.lang
        if own is None and pieces and len({piece.lang for piece in pieces}) == 1:
            own = pieces[0].lang
        written = Dictionary(Type=Name.StructElem, S=Name(f"/{element.role}"), P=parent)
        if own and own != lang:
            written.Lang = String(own)
        if element.alternative is not None:
            written.Alt = String(element.alternative)
        if element.box is not None:
            written.A = Dictionary(O=Name.Layout, BBox=_array(element.box), Placement=Name.Block)
        written = self._pdf.make_indirect(written)
        written.K = Array([self._kid(kid, written, own or lang) for kid in element.kids])
        return written

    def _kid(
        self, kid: Element | Piece | Target | Field, parent: pikepdf.Object, lang: str | None
    ) -> pikepdf.Object:
        match kid:
            case Element():
                return self._element(kid, parent, lang)
            case Piece():
                if kid.lang and kid.lang != lang:
                    return self._span(kid, parent)
                return self._piece(kid, parent)
            case Target():
                return self._link(kid, parent)
            case Field():
                self._field.StructParent = self._next_annotation(parent)
                return self._reference(kid.page, self._field)

    def _span(self, piece: Piece, parent: pikepdf.Object) -> pikepdf.Object:
        span = self._pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Span, P=parent, Lang=String(piece.lang or ""))
        )
        span.K = Array([self._piece(piece, span)])
        return span

    def _piece(self, piece: Piece, parent: pikepdf.Object) -> pikepdf.Object:
        self._parents[piece.page][piece.mcid] = parent
        return Dictionary(Type=Name.MCR, Pg=self._pages[piece.page], MCID=piece.mcid)

    def _link(self, target: Target, parent: pikepdf.Object) -> pikepdf.Object:
        boxes = target.boxes
        around = (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )
        corners = [
            round(number, 2)
            for left, bottom, right, top in boxes
            for number in (left, top, right, top, left, bottom, right, bottom)
        ]
        link = self._pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=_array(around),
                QuadPoints=Array(corners),
                Border=Array([0, 0, 0]),
                F=4,
                Contents=String(target.said),
                A=Dictionary(Type=Name.Action, S=Name.URI, URI=String(target.address)),
                StructParent=self._next_annotation(parent),
            )
        )
        self.annotate(target.page, link)
        return self._reference(target.page, link)

    def annotate(self, page: int, annotation: pikepdf.Object) -> None:
        """Put an annotation on a page."""
        owner = self._pages[page]
        if "/Annots" not in owner:
            owner.Annots = Array()
        owner.Annots.append(annotation)

    def _next_annotation(self, parent: pikepdf.Object) -> int:
        self._annotated.append(parent)
        return len(self._pages) + len(self._annotated) - 1

    def _reference(self, page: int, target: pikepdf.Object) -> pikepdf.Object:
        return Dictionary(Type=Name.OBJR, Obj=target, Pg=self._pages[page])


def _array(box: Box) -> pikepdf.Object:
    return Array([round(number, 2) for number in box])
