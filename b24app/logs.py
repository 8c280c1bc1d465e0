"""One shape of log line for everything that logs, with secrets masked."""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from b24app.bitrix24.masked_values import mask_lines, mask_object, mask_traceback
from b24app.settings import Settings

TRACEBACKS = frozenset({"exception", "stack"})
QUIET = ("urllib3", "weasyprint", "fontTools", "botocore")


def set_up_logs(settings: Settings) -> None:
    """Point structlog and the standard library at one handler; may be called again."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_line,
    ]
    draw = (
        structlog.processors.JSONRenderer()
        if settings.log_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*before[:2], *before[3:], structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name("b24app")
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, draw],
        )
    )
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if each.get_name() != "b24app"] + [handler]
    root.setLevel(settings.log_level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def mask_line(_logger: WrappedLogger, _name: str, line: EventDict) -> EventDict:
    """Take secrets and people out of a line: by the name of the value, and inside texts."""
    for key, value in line.items():
        if key in TRACEBACKS and isinstance(value, str):
            line[key] = mask_traceback(value)
        elif not key.startswith("_"):  # structlog's own bookkeeping
            line[key] = mask_object(key, value)
    return line


class MaskedRecords(logging.Filter):
    """Masks the text of loggers with handlers of their own, such as gunicorn's, before anything is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; every record passes."""
        text = mask_lines(record.getMessage())
        if record.exc_info and record.exc_info[1] is not None:
            text += "\n" + mask_traceback(logging.Formatter().formatException(record.exc_info))
        record.msg, record.args, record.exc_info, record.exc_text = text, (), None, None
        return True
