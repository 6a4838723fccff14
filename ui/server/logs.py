"""Log lines: structured, one per event that an operator would want, as text for people or as JSON for machines."""

import logging
import sys

import structlog
from structlog.types import Processor


def configure_logs(form: str) -> None:
    """Send our own and every library's lines to standard error in the same shape."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt='iso', utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    before: list[Processor] = [*shared, structlog.stdlib.ExtraAdder()]
    tail: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == 'json':
        tail += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        # Plain: a pretty traceback prints local variables, which hold secrets, and takes the loop for minutes on a large fleet.
        tail.append(
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        )
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=tail))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name, level in (
        ('uvicorn.access', logging.WARNING),
        ('uvicorn.error', logging.WARNING),
        ('apscheduler', logging.WARNING),
        ('engineio.server', logging.CRITICAL),  # its errors are what strangers send
    ):
        logging.getLogger(name).setLevel(level)
    for name in ('uvicorn', 'uvicorn.error', 'uvicorn.access'):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.getLogger('uvicorn.error').addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Uvicorn's ``websockets-sansio`` takes a socket that was refused by a proper HTTP answer for one that was forgotten."""
    return record.msg != 'ASGI callable returned without completing handshake.'
