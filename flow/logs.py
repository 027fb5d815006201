"""How every process of ours logs: one JSON object to a line, never the values of variables, never without measure."""

import logging
import time

import orjson
import structlog

_BURST, _REFILL_SECONDS = 20, 3.0
_LONGEST = 300
_FROM_STRANGERS = ("engineio.server", "socketio.server", "reflex_base.event.processor.event_processor")


class Sparing(logging.Filter):
    """So many records at once, then one each few seconds, none of them long: a stranger must not fill the disk."""

    def __init__(self) -> None:
        super().__init__()
        self._left, self._since = float(_BURST), time.monotonic()

    def filter(self, record: logging.LogRecord) -> bool:
        moment = time.monotonic()
        self._left = min(_BURST, self._left + (moment - self._since) / _REFILL_SECONDS)
        self._since = moment
        if self._left < 1:
            return False
        self._left -= 1
        record.msg, record.args = record.getMessage()[:_LONGEST], None
        return True


def set_up_logs(level: str) -> None:
    """Neither secrets nor telephone numbers are ever given to a logger; a traceback is told without its variables."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    logging.basicConfig(level=max(number, logging.WARNING), format="%(message)s")
    for name in _FROM_STRANGERS:
        logging.getLogger(name).addFilter(Sparing())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=True,  # a line for each call is a tenth of the engine's work without this
    )
