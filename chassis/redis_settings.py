"""The address of Redis, with what its TLS needs."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from marshmallow import ValidationError

#: Files and nothing else: no query may turn the look at certificate and name off.
FILES = {"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"}


def redis_url(value: str) -> None:
    """ValidationError for what is no address of a Redis; nothing at all is one."""
    if not value:
        return
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and (parts.port or 1) > 0
        query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        good, query = False, []
    if not good or not re.fullmatch(r"(/\d*)?", parts.path):
        raise ValidationError("Not an address like redis://:password@host:6379/0, or rediss://… for TLS.")
    for name, file in query:
        if parts.scheme != "rediss" or name not in FILES:
            raise ValidationError(f"{name}: with rediss there may be {', '.join(sorted(FILES))}, and nothing else.")
        if not Path(file).is_file():
            raise ValidationError(f"{name}: There is no file {file}.")
