"""`make bench`: what the tool may cost, and what it costs, each figure beside its budget in one run.

Budgets that depend on the machine are ratios to a reference measured in the same run, or CPU time. Prints a
table and writes it as JSON; a figure beyond its budget is marked, and nothing fails: machines are noisy.
`--small` only proves that the measuring works.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from lti_app import settings as settings_module
from lti_app.certificates.badge.signing import make
from lti_app.certificates.making import make_with
from lti_app.certificates.pdf import compose, draw
from tests.bench import issuing as certificates_in_one_run
from tests.bench import launch, throttled
from tests.bench.certificate_drawing import cpu_ms
from tests.bench.judging_schemes import SCHEMES, slowest_choice_ms, slowest_ms
from tests.bench.throttled import Load
from tests.certificate_samples import TYPICAL
from tests.process.running import CIM, environment_of, free_port, running, wait_for
from tests.signing_keys import p256_key
from tests.unit.certificates.badge.samples import prepared


@dataclass(frozen=True)
class Figure:
    """One thing measured; without a budget, for information."""

    what: str
    measured: float
    budget: float | None
    unit: str

    @property
    def is_kept(self) -> bool:
        return self.budget is None or self.measured <= self.budget


def launching(small: bool) -> Iterator[Figure]:
    """Login and launch, as a ratio to an empty pair of requests, and how often keys were fetched for them."""
    for kind in launch.kinds():
        cost = launch.measure(5 if small else 400, kind)
        what = f"login + launch, CPU, {kind}"
        yield Figure(what, cost.ratio, launch.BUDGETS[kind], "× an empty GET + POST")
        yield Figure(f"platform keys when warm, {kind}", cost.key_fetches, 0, "fetches")
        most = launch.KEY_FETCHES_IN_A_BURST
        yield Figure(f"20 unknown keys, {kind}", cost.key_fetches_in_a_burst, most, "fetches")
    if not small:
        served = launch.measure(200, "sqlite", "granian")
        yield Figure("the same, as `cim serve` serves, sqlite", served.ratio, None, "× an empty GET + POST")


def drawing(small: bool) -> Iterator[Figure]:
    """A typical certificate: ReportLab's part of it, the size when finished, and the whole."""
    rounds = 3 if small else 60
    size = len(draw(TYPICAL))
    median, _ = cpu_ms(lambda: compose(TYPICAL), rounds)
    yield Figure("certificate, unsigned drawing, CPU", round(median, 2), 6, "ms")
    yield Figure("certificate, size before attachments", round(size / 1000, 1), 30, "kB")
    ready, key = prepared(TYPICAL.number), p256_key()
    make(TYPICAL, ready)  # loads the contexts
    median, _ = cpu_ms(lambda: make(TYPICAL, ready), rounds)
    yield Figure("credential in both forms, CPU", round(median, 2), 10, "ms")
    median, _ = cpu_ms(lambda: make_with(key, TYPICAL, credential=make(TYPICAL, ready).json_ld), rounds)
    yield Figure("certificate complete, credential included, CPU", round(median, 1), 60, "ms")


def issuing(small: bool) -> Iterator[Figure]:
    """Many certificates in one run, with everything that the worker does for each."""
    count = 3 if small else 300
    cost = certificates_in_one_run.measure(count)
    what = f"{count} certificates in one run, each, CPU"
    yield Figure(what, round(cost.cpu_ms, 1), 100, "ms")
    yield Figure(f"{count} certificates in one run, in all", round(cost.wall_ms * count / 1000, 1), 60, "s")


def judging(small: bool) -> Iterator[Figure]:
    """The rules of schemes of every kind over 200 activities, with the next step."""
    for name, rules in SCHEMES.items():
        slowest = slowest_ms(rules, 2 if small else 20)
        yield Figure(f"rules, 200 activities, CPU, {name}", round(slowest, 2), 5, "ms")
    choosing = max(slowest_choice_ms(rules, 2 if small else 10) for rules in SCHEMES.values())
    yield Figure("what every type would bring, 200 activities, CPU", round(choosing, 1), 60, "ms")


def starting(_small: bool) -> Iterator[Figure]:
    """From the command to the first answer."""
    with tempfile.TemporaryDirectory() as folder:
        found = settings_module.load(
            {
                "CIM_PUBLIC_URL": "http://localhost",
                "CIM_SECRET_KEY": "a secret for this measurement only",
                "CIM_DEVELOPMENT": "1",
                "CIM_VAR_DIR": folder,
            }
        )
        port, log = free_port(), Path(folder) / "serve.log"
        started = time.perf_counter()
        with running([*CIM, "serve", "--port", str(port)], environment_of(found), log) as server:
            wait_for(f"http://127.0.0.1:{port}/healthz", server, log)
            yield Figure("start to first answer", round(time.perf_counter() - started, 2), 2, "s")


def throttled_services(small: bool) -> Iterator[Figure]:
    """A roster and waiting scores at a platform that meters calls, against the least time that takes."""
    load = Load(120, 20, 20, 10) if small else Load(3000, 500, 10, 50)
    took, least, wrong = throttled.measure(load)
    if wrong:
        raise SystemExit("\n".join(wrong))
    what = f"roster of {load.members}, {load.scores} scores, throttled"
    yield Figure(what, round(took / least, 2), 1.5, "× the least time")


MEASURES: tuple[Callable[[bool], Iterator[Figure]], ...] = (
    launching,
    drawing,
    issuing,
    judging,
    starting,
    throttled_services,
)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    figures = [figure for measure in MEASURES for figure in measure(arguments.small)]
    lines = [f"{'':48}{'measured':>10}{'budget':>10}"]
    for each in figures:
        mark = "" if each.is_kept else "  beyond its budget"
        budget = "-" if each.budget is None else each.budget
        lines.append(f"{each.what:48}{each.measured:>10}{budget:>10} {each.unit}{mark}")
    sys.stdout.write("\n".join(lines) + "\n")
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        rows = [asdict(each) | {"is_kept": each.is_kept} for each in figures]
        arguments.out.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
