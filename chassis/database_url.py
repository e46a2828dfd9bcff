"""The address of a service's database: of a kind that we know, with options that its driver knows."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from marshmallow import ValidationError

KINDS = "sqlite:///file, postgresql+psycopg://user:password@host/name or mysql+pymysql://user:password@host/name"
#: The databases that are servers, each with the one driver that we know.
SERVERS = {"postgresql+psycopg", "mysql+pymysql"}
#: What pymysql would tell by a traceback, and at the first connection only.
MYSQL_FILES = ("ssl_ca", "ssl_cert", "ssl_key")
MYSQL_OPTIONS = (*MYSQL_FILES, "ssl_capath", "ssl_cipher", "ssl_check_hostname")


def check_database_url(value: str) -> None:
    """Raise ValidationError, with what is wanted, for an address that can't be used."""
    is_file = value.startswith("sqlite:///") and len(value) > len("sqlite:///")
    if not is_file and not _is_on_a_server(value):
        raise ValidationError(f"Not an address like {KINDS}.")
    parts = urlsplit(value)
    if parts.scheme == "mysql+pymysql":
        _check_mysql(dict(parse_qsl(parts.query, keep_blank_values=True)))


def _is_on_a_server(value: str) -> bool:
    try:
        parts = urlsplit(value)
        has_host = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
    # MySQL has no database that one is in without naming it.
    return parts.scheme in SERVERS and has_host and (parts.scheme != "mysql+pymysql" or len(parts.path) > 1)


def _check_mysql(options: dict[str, str]) -> None:
    if unknown := sorted(options.keys() - set(MYSQL_OPTIONS)):
        raise ValidationError(f"Unknown option {', '.join(unknown)}; there are {', '.join(MYSQL_OPTIONS)}.")
    for name in MYSQL_FILES:
        if name in options and not Path(options[name]).is_file():
            raise ValidationError(f"There is no file at its {name}.")
    if options and not options.keys() & {"ssl_ca", "ssl_capath"}:
        raise ValidationError("Without ssl_ca or ssl_capath the server has to prove nothing.")
