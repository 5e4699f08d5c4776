"""`make bench`: what the tool may cost, and what it costs, each figure beside its budget in one run.

Budgets that depend on the machine are ratios to a reference measured in the same run, or CPU time. Prints a
table and writes it as JSON; a figure beyond its budget is marked, and nothing fails: machines are noisy.
`--small` only proves that the measuring works.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from lti_app.certificates.badge.signing import make
from lti_app.certificates.making import make_with
from lti_app.certificates.pdf import compose, draw
from tests.bench import issuing as certificates_in_one_run
from tests.bench import launch, long_lists, pages, remembering, throttled, uploading
from tests.bench.certificate_drawing import cpu_ms
from tests.bench.installation import installation
from tests.bench.judging_schemes import SCHEMES, slowest_choice_ms, slowest_ms
from tests.bench.processes import ROOT, serving_as_installed
from tests.bench.throttled import Load
from tests.certificate_samples import TYPICAL
from tests.process.running import CIM
from tests.signing_keys import p256_key
from tests.signing_platform import key_server
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


def starting(small: bool) -> Iterator[Figure]:
    """What each command costs before it does anything."""
    before, runs = os.times(), 1 if small else 5
    for _ in range(runs):
        subprocess.run([*CIM, "--help"], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    spent = sum(os.times()[2:4]) - sum(before[2:4])
    yield Figure("cim --help, CPU", round(spent / runs, 2), 0.3, "s")


def serving(small: bool) -> Iterator[Figure]:
    """A server by `cim serve`: how soon it answers, what it keeps in memory, what a large file costs it."""
    megabytes, launches, requests = (1, 5, 20) if small else (500, 1000, 20_000)
    largest = str(megabytes * 1_000_000 + 1_000_000)
    with installation(CIM_TRUSTED_PROXIES="1", CIM_MAX_UPLOAD_BYTES=largest) as parts, key_server() as keys:
        started = time.perf_counter()
        with serving_as_installed(parts.settings) as served:
            yield Figure("start to first answer", round(time.perf_counter() - started, 2), 2, "s")
            yield Figure("start to first answer, CPU", round(served.cpu_seconds(), 2), None, "s")
            kept = remembering.after_launches_mb(served, parts, keys, launches)
            yield Figure(f"web worker after {launches:,} launches", round(kept, 1), 120, "MB")
            cost = uploading.measure(served, parts, megabytes)
            what = f"upload of {megabytes} MB"
            yield Figure(f"{what}, CPU", round(cost.cpu_seconds_per_gb, 2), 3, "s/GB")
            yield Figure(f"{what}, worker grows by", round(max(cost.growth_mb, 0), 1), 16, "MB")
            yield Figure(f"{what}, written", round(cost.times_written, 2), 1.01, "times")
    grown = round(max(remembering.growth_mb(requests), 0), 1)
    yield Figure(f"web worker over {requests:,} requests grows by", grown, 1, "MB")


def opening_pages(small: bool) -> Iterator[Figure]:
    """Queries, CPU and bytes of the pages that people open most."""
    with pages.opened(400 if small else pages.ENOUGH) as found:
        engine = found.parts.db.engine
        yield Figure("review queue, 50 rows", pages.queries(engine, found.teacher, "/queue"), 6, "queries")
        yield Figure("student home, 40 activities", pages.queries(engine, found.student, "/"), 8, "queries")
        rows, page = pages.queue_beside_the_least(found, 3 if small else 100)
        yield Figure("review queue, its 50 rows, CPU", round(rows, 2), 3, "× driver + template")
        yield Figure("review queue, the whole page, CPU", round(page, 2), None, "× driver + template")
        looks = ((found.student, "/"), (found.teacher, "/queue"), (found.teacher, "/class"))
        weights = [pages.weights(visit, path) for visit, path in looks]
        first, after = (max(each) / 1000 for each in zip(*weights, strict=True))
        yield Figure("heaviest page, first visit, gz", round(first, 1), 60, "kB")
        yield Figure("heaviest page, after that, gz", round(after, 1), 15, "kB")


def growing(small: bool) -> Iterator[Figure]:
    """Long lists at a small and at a large institution."""
    sizes = (200, 400) if small else (10_000, 1_000_000)
    for kind in ["sqlite"] if small else launch.kinds():
        for each in long_lists.growths(kind, *sizes, rounds=1 if small else 15):
            what = f"{each.page}, {sizes[0]:,} → {sizes[1]:,} submissions, {kind}"
            yield Figure(what, round(each.ratio, 2), 1.5, "× the time")


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
    serving,
    opening_pages,
    growing,
    throttled_services,
)


_WIDTH = 78  # the longest line's words


def main() -> None:
    """Measure, print each figure as it comes, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sys.stdout.write(f"{'':{_WIDTH}}{'measured':>10}{'budget':>10}\n")
    figures = []
    for measure in MEASURES:
        for each in measure(arguments.small):
            figures.append(each)
            mark = "" if each.is_kept else "  beyond its budget"
            budget = "-" if each.budget is None else each.budget
            sys.stdout.write(f"{each.what:{_WIDTH}}{each.measured:>10}{budget:>10} {each.unit}{mark}\n")
            sys.stdout.flush()
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        rows = [asdict(each) | {"is_kept": each.is_kept} for each in figures]
        arguments.out.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
