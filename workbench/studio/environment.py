"""Settings as the environment has them; one that cannot be read is told by the name of its variable."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any, get_origin

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsError

from workbench.errors import InputError

_FIELD = re.compile(r'field "(\w+)"')
_OBJECT, _LIST = '{"name": "value"}', '["a", "b"]'


class EnvironmentSettings(BaseSettings):
    """Settings from environment variables, or given by a program.

    Raises InputError for the first that is wrong. It names the variable or the argument, with the value that
    was seen unless that may be a secret.
    """

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as wrong:
            raise _wrong_value(type(self), wrong, given) from None
        except SettingsError as wrong:
            raise _not_json(type(self), str(wrong)) from None


def _wrong_value(settings: type[BaseSettings], wrong: ValidationError, given: Container[str]) -> InputError:
    first = wrong.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    subject = name if name in given else _variable(settings, name)
    value = first["input"]
    shown = isinstance(value, str | int | float) and not _may_be_secret(settings, name)
    seen = f"is {value!r}" if shown else "is wrong"
    why = first["msg"].removeprefix("Value error, ").rstrip(".")
    remedy = (
        "Give another value."
        if name in given
        else f"Set it otherwise, or not at all: {_else(settings, name)}."
    )
    return InputError(f"{subject} {seen}: {why[:1].lower()}{why[1:]}.", remedy=remedy)


def _not_json(settings: type[BaseSettings], told: str) -> InputError:
    found = _FIELD.search(told)
    name = found[1] if found else ""
    field = settings.model_fields.get(name)
    kind = get_origin(field.annotation) if field else None
    example = _OBJECT if isinstance(kind, type) and issubclass(kind, Mapping) else _LIST
    variable = _variable(settings, name)
    return InputError(f"{variable} is not JSON.", remedy=f"Write it as JSON, such as {example}.")


def _variable(settings: type[BaseSettings], name: str) -> str:
    prefix = settings.model_config.get("env_prefix", "")
    return f"{prefix}{name}".upper() if name in settings.model_fields else name


def _may_be_secret(settings: type[BaseSettings], name: str) -> bool:
    field = settings.model_fields.get(name)
    hidden = bool(settings.model_config.get("hide_input_in_errors"))
    return hidden or field is None or field.annotation is SecretStr


def _else(settings: type[BaseSettings], name: str) -> str:
    default = settings.model_fields[name].default if name in settings.model_fields else None
    return f"the default is {default}" if isinstance(default, int | float) else "there is a default"
