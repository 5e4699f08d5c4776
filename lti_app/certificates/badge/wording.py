"""What a credential says in words, in both languages at once: a wallet shows one text and asks for none.

Open Badges 3.0 has plain strings for names and Markdown for narratives, and its JSON-LD context no language
maps.
"""

from __future__ import annotations

from lti_app.certificates.facts import CertificateFacts, Text

SPECIMEN = Text(sv="PROVEXEMPLAR – INTE GILTIGT", en="SPECIMEN – NOT VALID")


def both(text: Text) -> str:
    """`svenska / English`, or once what is the same in both."""
    return text.sv if text.sv == text.en else f"{text.sv} / {text.en}"


def title(facts: CertificateFacts) -> str:
    """The certificate's title, behind a warning when it certifies nothing."""
    return f"{both(SPECIMEN)}: {both(facts.title)}" if facts.specimen else both(facts.title)


def description(facts: CertificateFacts) -> str:
    """What the achievement is, in a sentence for each language."""
    of = _scheme(facts)
    return _paragraphs(
        Text(
            sv=f"{facts.title.sv} visar att innehavaren med internationella meriter har uppfyllt "
            f"kraven{of.sv} vid {facts.issuer.sv}.",
            en=f"{facts.title.en} shows that the holder has met, with international merits, "
            f"the requirements{of.en} at {facts.issuer.en}.",
        )
    )


def criteria(facts: CertificateFacts) -> str:
    """By what the achievement is earned."""
    of = _scheme(facts)
    return _paragraphs(
        Text(
            sv="Innehavaren har samlat internationella meriter – utomlands, på hemmaplan, virtuellt eller på "
            f"egen hand – som tillsammans uppfyller kraven{of.sv}. Varje merit har granskats och "
            f"godkänts av lärare vid {facts.issuer.sv}, och även slutrapporten har godkänts.",
            en="The holder has collected international merits – abroad, at home, virtually or on their own "
            f"initiative – that together meet the requirements{of.en}. Teachers at "
            f"{facts.issuer.en} have reviewed and approved each of them, and have approved the final report.",
        )
    )


def _scheme(facts: CertificateFacts) -> Text:
    """Whose requirements, unless the title says it: as on the certificate itself."""
    if (named := facts.named_scheme) is None:
        return Text(sv="", en="")
    return Text(sv=f" i certifikatsordningen ”{named.sv}”", en=f" of the scheme “{named.en}”")


def merits_in(setting: Text) -> str:
    """The name of a figure: how many merits in one setting."""
    return f"Godkända meriter, {_small(setting.sv)} / Approved merits, {_small(setting.en)}"


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _paragraphs(text: Text) -> str:
    return f"{text.sv}\n\n{text.en}"
