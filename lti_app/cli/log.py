"""The log that `cim serve` and `cim worker` write."""

from __future__ import annotations

import logging
import sys

import structlog

from lti_app.errors import trace_of
from lti_app.settings import Settings


def start_log(found: Settings) -> None:
    """Write the log to stderr: one JSON object a line, or for a person's eyes in development."""
    level = logging.getLevelNamesMapping()[found.log_level.upper()]
    last: structlog.typing.Processor = structlog.processors.JSONRenderer()
    if found.development:
        last = structlog.dev.ConsoleRenderer(colors=False)
    logging.basicConfig(level=max(level, logging.WARNING), format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where_it_broke,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _where_it_broke(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """An exception as the places it passed; what it says may quote names and addresses."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["trace"] = trace_of(error)
    return event
