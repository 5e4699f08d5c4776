"""What the demo's student writes and shows when she walks the journey by herself."""

from __future__ import annotations

from io import BytesIO

REFLECTION = {
    "What did you do": (
        "I met students from Kenya and Tanzania every second week. We spoke Swahili and English "
        "in turn, and I led two of the evenings myself."
    ),
    "What did you learn": (
        "I learned to listen for what somebody means when words are missing, which I will need "
        "with every patient whose language I do not share."
    ),
}
REPORT = {
    "How has your participation": (
        "Before the semester in Nairobi I thought of global health as something that happens "
        "elsewhere. At the clinic I saw how the same guidelines meet other conditions, and how "
        "colleagues there solve what we would send on. I have learned to ask what is possible "
        "here and now, and to explain my reasons simply. As a doctor I want to keep that habit."
    ),
    "How can the experiences": (
        "I can use it whenever people with different backgrounds have to agree: in a team, with a "
        "patient and her family, or with a student who has just arrived. I ask before I assume, I "
        "let the other person describe what matters, and I say when I do not understand. The "
        "evenings at the language café taught me how tiring it is to be the one without words."
    ),
}


def attendance(form: str) -> bytes:
    """A certificate of attendance as bytes; `form` is PDF or PNG."""
    from PIL import Image, ImageDraw

    paper = Image.new("RGB", (900, 600), "#fffdf5")
    pen = ImageDraw.Draw(paper)
    pen.rectangle((30, 30, 870, 570), outline="#223344", width=4)
    pen.text((90, 120), "Certificate of attendance", fill="#223344", font_size=48)
    pen.text((90, 220), "Åsa Öberg took part for the whole time.", fill="#223344", font_size=30)
    target = BytesIO()
    paper.save(target, form)
    return target.getvalue()
