"""What a gateway writes while it runs: one JSON object a line, and nothing about any person."""

import json
import logging
from collections.abc import Callable
from datetime import datetime

from answerable.model.base import moment_text

LOGGER = "answerable.gateway"

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """Writes the event, and the fields given with it; never a stack, which may show data."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        fields = {name: value for name, value in vars(record).items() if name not in _PLAIN}
        said = {
            "at": moment_text(self._now()),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **fields,
        }
        return json.dumps(said, ensure_ascii=False, default=str)


def end() -> None:
    """Write no more; nothing of the gateway outlives it."""
    logging.getLogger(LOGGER).handlers.clear()


def begin(now: Callable[[], datetime]) -> logging.Logger:
    """Write to standard error from now on."""
    logger = logging.getLogger(LOGGER)
    logger.handlers.clear()
    writes = logging.StreamHandler()
    writes.setFormatter(Lines(now))
    logger.addHandler(writes)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return logger
