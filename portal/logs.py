"""One structured line an event, with the request's id, from our code and every library."""

import logging
import logging.config
import re
from typing import Any

import structlog

FIELD_LENGTH_MAX = 2000  # a hostile input fills no disk
SECRET_FIELDS = frozenset({"code", "token", "cookie", "authorization", "csrfmiddlewaretoken", "password", "secret_key"})


# The addresses of a calendar, of a printed card, of a closing and of what letters lead to: whoever has one may read or
# act, and who reads the log may not. Known by how they begin: many answers are given before it is known what an address
# leads to.
SECRET_ADDRESSES = re.compile(
    r"(/(?:calendars|card|closing|coming/+(?:yes|no)|groups/+join|helpers/+end|messages/+stop|offers/+(?:accept|decline)"
    r"|second-step/+stop|ways/+(?:stop|not-me))/+)[^/\s?#\"']{8,}",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """Return the text without what opens something in an address of ours."""
    return SECRET_ADDRESSES.sub(r"\1***", text)


def scrub(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Blank what is secret, by its name or by the address it stands in, and shorten what is long."""
    for name, value in event.items():
        if name.lower() in SECRET_FIELDS:
            event[name] = "***"
            continue
        if isinstance(value, str):
            event[name] = value = without_secrets(value)
        if isinstance(value, str) and len(value) > FIELD_LENGTH_MAX and name != "exception":
            event[name] = value[:FIELD_LENGTH_MAX] + "…"
    return event


# Here what a visitor sent is at fault. Where they are led and which file is opened we choose: that keeps its traceback.
REFUSED = {
    f"django.security.{name}"
    for name in (
        "csrf",
        "DisallowedHost",
        "DisallowedModelAdminLookup",
        "DisallowedModelAdminToField",
        "InvalidSessionKey",
        "RequestDataTooBig",
        "SuspiciousMultipartForm",
        "SuspiciousSession",
        "TooManyFieldsSent",
        "TooManyFilesSent",
    )
}


def what_was_refused(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Turn what Django refused because of what was sent into a warning of one line."""
    if event.get("logger") in REFUSED:
        event["level"] = "warning"
        event.pop("exc_info", None)
    return event


def configure(*, as_json: bool, level: str) -> None:
    """Send all logging through structlog: JSON lines for machines, plain lines for people."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        what_was_refused,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        scrub,
    ]
    last: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                "django": {"level": level},
                # One line a refused request is ours to write (middleware), not Django's as well.
                "django.request": {"level": "ERROR"},
                "django.security.DisallowedHost": {"level": "CRITICAL"},
            },
        }
    )
