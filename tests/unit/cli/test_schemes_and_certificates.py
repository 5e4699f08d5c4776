"""Judging a scheme file, and drawing what its certificate looks like."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from lti_app.certificates.conformance import breaches_of
from lti_app.settings import data_path
from tests.unit.cli.conftest import Said

Cim = Callable[..., Said]
BUNDLED = sorted((data_path("config") / "schemes").glob("*.yaml"))


@pytest.mark.parametrize("file", BUNDLED, ids=lambda file: file.stem)
def test_every_bundled_scheme_can_be_used_and_has_a_certificate(cim: Cim, file: Path, tmp_path: Path) -> None:
    assert cim("scheme", "check", str(file)).code == 0
    said = cim("certificate", "specimen", file.stem, "--out", str(tmp_path / "specimen.pdf"))
    assert said.code == 0, said.err
    assert said.out.strip() == str(tmp_path / "specimen.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "specimen.pdf").pages)
    assert "SPECIMEN" in text.upper()
    assert "Åsa Öberg" in text


def test_a_specimen_takes_a_name_and_many_merits(cim: Cim, tmp_path: Path) -> None:
    out = tmp_path / "many.pdf"
    assert (
        cim(
            "certificate",
            "specimen",
            "lund-medicine",
            "--name",
            "Björn Ek",
            "--merits",
            "60",
            "--out",
            str(out),
        ).code
        == 0
    )
    reader = pypdf.PdfReader(BytesIO(out.read_bytes()))
    assert len(reader.pages) > 2
    assert "Björn Ek" in reader.pages[0].extract_text()


def test_a_name_that_the_typeface_cannot_draw_is_refused_in_one_line(cim: Cim, tmp_path: Path) -> None:
    said = cim(
        "certificate", "specimen", "lund-medicine", "--name", "👩‍🎓", "--out", str(tmp_path / "no.pdf")
    )
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert not (tmp_path / "no.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--name", "A\udcff"), "The name cannot be read: it holds bytes that are no text (UTF-8)."),
        (("--name", "W" * 3000), "the name has 3000 characters, and a certificate has room for 300."),
        (("--name", "\u200d\u200b"), "a specimen needs a name and at least one merit."),
        (("--out", "/nowhere/x.pdf"), "/nowhere/x.pdf: No such file or directory."),
    ],
)
def test_what_no_specimen_can_be_made_of_is_refused_in_one_clear_line(
    cim: Cim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = cim("certificate", "specimen", "lund-medicine", *arguments)
    assert (said.code, said.out, said.err) == (1, "", f"cim: {told}\n")
    assert list(tmp_path.iterdir()) == []


def test_a_specimen_is_complete(cim: Cim, tmp_path: Path) -> None:
    out = tmp_path / "specimen.pdf"
    assert cim("certificate", "specimen", "lund-medicine", "--out", str(out)).code == 0
    assert breaches_of(out.read_bytes()) == ()


def test_a_worker_without_a_key_says_so_as_it_starts_and_works(
    cim: Cim, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CIM_SIGNING_PKCS12", str(tmp_path / "nowhere.p12"))
    monkeypatch.setattr("lti_app.jobs.worker.run_worker", lambda *_: None)
    said = cim("worker")
    assert said.code == 0
    assert "No certificates can be issued: CIM_SIGNING_PKCS12" in said.err


def test_each_problem_of_a_scheme_is_listed_with_its_line(cim: Cim, tmp_path: Path) -> None:
    broken = (
        BUNDLED[0].read_text("utf-8").replace("scheme:", "schema:").replace("requirements:", "requirement:")
    )
    file = tmp_path / "broken.yaml"
    file.write_text(broken, "utf-8")
    said = cim("scheme", "check", str(file))
    assert said.code == 1
    assert said.out.count("broken.yaml: line") >= 2
    assert said.err.startswith("cim: broken.yaml has ")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- a\n- b\n", b"a: &x [*x]\n"])
def test_a_file_that_is_no_scheme_is_refused_in_one_line(cim: Cim, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "no.yaml"
    file.write_bytes(content)
    said = cim("scheme", "check", str(file))
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert "no.yaml" in said.err
