"""Which files TLS is made with: from the environment, and tried at once."""

from collections.abc import Callable
from pathlib import Path

from environs import Env
from marshmallow import ValidationError

from broker.tls import TlsFiles


def tls_files(env: Env, *, uses_tls: bool) -> TlsFiles:
    """Authorities, certificate and key; each setting that can't be used is told."""
    certificate = env.str("BROKER_CERT_FILE", None)
    has_certificate = _only_if(certificate is not None, "Is nothing without BROKER_CERT_FILE.")
    key = env.str("BROKER_KEY_FILE", None, validate=has_certificate)
    uses_it = _only_if(uses_tls, "Is for an amqps address alone.")

    def check_authorities(value: str) -> None:
        uses_it(value)
        _try(TlsFiles(ca=Path(value)))

    def check_certificate(value: str) -> None:
        uses_it(value)
        _try(TlsFiles(certificate=Path(value), key=_path(key)))

    return TlsFiles(
        _path(env.str("BROKER_CA_FILE", None, validate=check_authorities)),
        _path(env.str("BROKER_CERT_FILE", None, validate=check_certificate)),
        _path(key),
    )


def _only_if(usable: bool, problem: str) -> Callable[[str], None]:  # noqa: FBT001 - the condition that its name asks for
    def check(_: str) -> None:
        # Who sets it takes the connection for a safer one than it would be.
        if not usable:
            raise ValidationError(problem)

    return check


def _try(files: TlsFiles) -> None:
    try:
        files.context()
    except OSError as error:
        raise ValidationError(f"Can't be used: {error}.") from error


def _path(value: str | None) -> Path | None:
    return Path(value) if value else None
