"""Issuing certificates in processes that get SIGKILL at one exact step, as from a machine without power.

The steps are read off the code as it runs: every call into the tool that is made from one of the modules
through which a certificate goes on its way (`ON_THE_WAY`). The tool knows nothing of it. Each process is
forked from a `Prepared` one, which has loaded everything and issued before, and opens its own connection.
"""

from __future__ import annotations

import os
import signal
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any, NamedTuple

from lti_app.certificates import conformance, handing_in, issuing, making, producing
from lti_app.certificates.tasks import HANDLERS
from lti_app.jobs import delivering
from lti_app.settings import Settings
from lti_app.web.context import Parts

ON_THE_WAY = frozenset(each.__name__ for each in (delivering, producing, making, issuing, handing_in))


class Step(NamedTuple):
    """A call: who makes it, what is called, and whether for the first or a later time."""

    caller: str
    called: str
    time: int


class Prepared:
    """A process out of which others are forked; it issues `first` to have everything at hand."""

    def __init__(self, settings: Settings, first: uuid.UUID) -> None:
        context = get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(settings, first, theirs))
        self._process.start()
        theirs.close()

    def steps_of(self, delivery_id: uuid.UUID) -> list[Step]:
        """Let it be issued, and tell every step that was taken, in order."""
        self._ours.send((delivery_id, None))
        steps: list[Step] = self._answer()
        assert self._answer() == 0
        return steps

    def killed_at(self, step: Step, delivery_id: uuid.UUID) -> bool:
        """Begin to issue it in a process that dies as it comes to this step; False if it never came there."""
        self._ours.send((delivery_id, step))
        return bool(self._answer() == -signal.SIGKILL)

    def end(self) -> None:
        """End the process."""
        self._ours.close()
        self._process.join(30)
        assert self._process.exitcode == 0

    def _answer(self) -> Any:
        assert self._ours.poll(120), "it hangs"
        return self._ours.recv()


def _serve(settings: Settings, first: uuid.UUID, theirs: Connection) -> None:
    conformance.breaches_of = lambda _: ()  # it starts threads, which no fork has
    parts = Parts.of(settings)
    delivering.Delivering(parts, HANDLERS).deliver(first)
    while True:
        parts.db.engine.dispose()  # a connection is one process's own
        try:
            delivery_id, last = theirs.recv()
        except EOFError:
            return
        if not (child := os.fork()):
            _issue(parts, delivery_id, last, theirs)
            os._exit(0)
        theirs.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _issue(parts: Parts, delivery_id: uuid.UUID, last: Step | None, theirs: Connection) -> None:
    """Die at the last step; without one, tell every step that was taken."""
    seen: list[Step] = []

    def take(step: Step) -> None:
        if step == last:
            os.kill(os.getpid(), signal.SIGKILL)
        seen.append(step)

    with _at_each_step(take):
        delivering.Delivering(parts, HANDLERS).deliver(delivery_id)
    if last is None:
        theirs.send(seen)


@contextmanager
def _at_each_step(take: Callable[[Step], None]) -> Iterator[None]:
    times: Counter[tuple[str, str]] = Counter()

    def called(frame: FrameType, _event: str, _value: object) -> None:
        if not _module_of(frame).startswith("lti_app.") or frame.f_code.co_filename == "<string>":
            return  # the second is what a dataclass has written by itself
        caller = frame.f_back
        while caller is not None and _module_of(caller) == "contextlib":  # `with` calls by way of it
            caller = caller.f_back
        if caller is not None and _module_of(caller) in ON_THE_WAY:
            pair = (_place_of(caller), _place_of(frame))
            times[pair] += 1
            take(Step(*pair, times[pair]))

    sys.settrace(called)
    try:
        yield
    finally:
        sys.settrace(None)


def _module_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _place_of(frame: FrameType) -> str:
    return f"{_module_of(frame)}.{frame.f_code.co_qualname}"
