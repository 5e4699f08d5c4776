"""`cim worker`, killed at one exact step: `python -m tests.dying_worker MODULE NAME`.

What NAME of MODULE would do is the last that the process comes to: it gets SIGKILL instead, as from a machine
that loses its power there. Nothing in the tool knows of it.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys

from lti_app.cli import main


def die(*_: object, **__: object) -> None:
    """Nothing after this happens."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    module, name = sys.argv[1:]
    setattr(importlib.import_module(module), name, die)
    sys.argv = ["cim", "worker"]
    main()
