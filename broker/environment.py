"""Reading settings: one that is set to nothing is not set, and one that is secret may stand in a file."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from environs import Env
from marshmallow import ValidationError


class Environment(Env):
    """The environment, and below it the files that it was told to read."""

    def _get_value(self, env_key: str, default: Any) -> Any:
        return _of(self._sources(), env_key) or default

    def secret(self, name: str, default: str, *, validate: Callable[[str], object]) -> str:
        """A text, or what is in the file that ``<name>_FILE`` names; both at once are told as wrong.

        In its file a line's end is no part of it.
        """
        file_setting = f"{name}_FILE"
        source = next((each for each in self._sources() if each.get(name) or each.get(file_setting)), {})
        if not source.get(file_setting):
            return self.str(name, default, validate=validate)

        def check(path: str) -> None:
            if source.get(name):
                raise ValidationError(f"Is set beside {name}; only one of them may be.")
            validate(_content(path))

        path = self.str(file_setting, validate=check)
        # None where it is wrong: that is told at the end, with whatever else is.
        return _content(path) if path else default

    def _sources(self) -> tuple[Mapping[str, str], ...]:
        return (os.environ, self._environ)


def is_given(name: str, settings: Mapping[str, str] = os.environ) -> bool:
    """Whether a setting that may be secret is set, by itself or by a file."""
    return bool(settings.get(name) or settings.get(f"{name}_FILE"))


def _of(sources: tuple[Mapping[str, str], ...], name: str) -> str | None:
    return next((source[name] for source in sources if source.get(name)), None)


def _content(path: str) -> str:
    try:
        content = Path(path).read_text().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ValidationError(f"Can't be read: {error}.") from error
    if not content:
        raise ValidationError(f"There is nothing in {path}.")
    return content
