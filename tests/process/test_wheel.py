"""A wheel built from the repository and installed elsewhere starts, with templates, config and migrations."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from lti_app.settings import Settings
from tests.ports import free_port
from tests.process.running import environment_of, running, wait_for

pytestmark = pytest.mark.process
_REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(_REPOSITORY),
    ]
    built = subprocess.run(build, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `cim` command of an environment with the wheel in it, and this environment's packages beside it."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    packages = subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    )
    # A line in a .pth file adds the folder but not what its own .pth files add: not the checkout.
    (Path(packages.strip()) / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-deps",
        "--no-index",
        "-q",
        str(wheel),
    ]
    subprocess.run(install, check=True)
    return folder / "bin" / "cim"


def test_the_wheel_holds_what_the_tool_reads_and_nothing_of_the_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "config"):
        ours = {
            f"lti_app/_data/{folder}/{path.relative_to(_REPOSITORY / folder)}"
            for path in (_REPOSITORY / folder).rglob("*.*")
            if path.is_file() and path.name != ".gitignore"
        }
        assert ours
        assert ours <= names
    assert "lti_app/py.typed" in names
    assert any(name.startswith("lti_app/migrations/versions/0001") for name in names)
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"lti_app"}


def test_an_installed_wheel_migrates_and_serves(installed: Path, settings: Settings, tmp_path: Path) -> None:
    environment = environment_of(settings, CIM_DATABASE_URL=f"sqlite:///{tmp_path / 'wheel.sqlite3'}")
    where = [str(installed.parent / "python"), "-c", "import lti_app; print(lti_app.__file__)"]
    found = subprocess.check_output(where, cwd=tmp_path, env=environment, text=True)
    assert Path(found.strip()).is_relative_to(installed.parents[1])
    for command in (["db", "upgrade"], ["doctor"], ["certificate", "specimen", "lund-medicine"]):
        done = subprocess.run(
            [installed, *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    port, log = free_port(), tmp_path / "serve.log"
    with running([str(installed), "serve", "--port", str(port)], environment, log) as server:
        wait_for(f"http://127.0.0.1:{port}/readyz", server, log)
        page = wait_for(f"http://127.0.0.1:{port}/verify", server, log)
    assert "<h1>" in page.text
