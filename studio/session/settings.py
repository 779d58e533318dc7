"""The user's settings as typed fields, kept in a TOML file in the user's folder."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)
from pydantic.config import JsonDict

from studio import paths
from studio.document.atomic import said, write_whole
from studio.sdk.errors import StudioError

_UNITS = {"": 0, "B": 0, "KB": 10, "MB": 20, "GB": 30, "TB": 40, "PB": 50}
_MOST = 1 << 50
_WANTED = {
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "extra_forbidden": "does not exist",
    "path_type": "must be a path",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "literal_error": "must be {expected}",
}


class SizeWrong(StudioError):
    """A text that is no size."""

    code = "size_wrong"
    sentence = "“{text}” is not a size; write one such as “4 GB”."


class SettingsWrong(StudioError):
    """The file of settings says something that cannot be."""

    code = "settings_wrong"
    sentence = "In the settings “{path}”, {reason}."
    hint = "Correct the file, or remove it to go back to the defaults."


def size_in_bytes(text: str) -> int:
    """Return the bytes that a text such as “4 GB” means; raises SizeWrong."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGTP]?B)?\s*", text, re.IGNORECASE)
    if found is None:
        raise SizeWrong(text=text)
    return int(Decimal(found[1]) * (1 << _UNITS[(found[2] or "").upper()]))


def _size(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return size_in_bytes(value)
    except SizeWrong as error:
        raise ValueError(f"cannot be: {error.message.rstrip('.')}") from None


Size = Annotated[int, BeforeValidator(_size)]


_LOOK: JsonDict = {"group": "Window"}
_ENGINE: JsonDict = {"group": "Engine", "restart": True}
_KEPT: JsonDict = {"group": "Results", "restart": True}


class Settings(BaseModel):
    """What a person can set about the program itself; what is None is chosen by the machine.

    Each field says the ``group`` it is shown in, and with ``restart`` that it holds from the next
    start on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    theme: Literal["light", "dark", "system"] = Field(
        "system",
        title="Theme",
        description="The colours of the window; “system” follows the computer’s own setting.",
        json_schema_extra=_LOOK,
    )
    snap_to_grid: bool = Field(
        True,
        title="Snap to grid",
        description="Nodes that are moved stop at the points of the grid.",
        json_schema_extra=_LOOK,
    )
    minimap: bool = Field(
        True,
        title="Minimap",
        description="A small picture of the whole experiment in the corner of the canvas.",
        json_schema_extra=_LOOK,
    )
    workers: int | None = Field(
        None,
        ge=1,
        le=256,
        title="Worker processes",
        description="How many nodes run at the same time; by default as many as there are cores.",
        json_schema_extra=_ENGINE,
    )
    memory: Size | None = Field(
        None,
        ge=64 << 20,
        le=_MOST,
        title="Memory of a worker",
        description="How much one node may use, in bytes or as “4 GB”.",
        json_schema_extra=_ENGINE,
    )
    threads: int | None = Field(
        None,
        ge=1,
        le=1024,
        title="Threads of a worker",
        description="How many threads one node may use; by default its share of the cores.",
        json_schema_extra=_ENGINE,
    )
    store_budget: Size | None = Field(
        None,
        ge=0,
        le=_MOST,
        title="Size of the store",
        description="How much the kept results may take; the least useful ones go first.",
        json_schema_extra=_KEPT,
    )
    workspace: Path | None = Field(
        None,
        title="Workspace",
        description="The folder of results and of the history of runs.",
        json_schema_extra=_KEPT,
    )

    @field_validator("workspace")
    @classmethod
    def _from_the_root(cls, value: Path | None) -> Path | None:
        if value is None:
            return None
        with suppress(RuntimeError):  # nobody has that name
            value = value.expanduser()
        if not value.is_absolute():
            example = paths.default_workspace()
            raise ValueError(f"must be the path of a folder from the root on, such as “{example}”")
        return value

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read the user's settings, the defaults where there are none; raises SettingsWrong."""
        path = path or settings_file()
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return cls()
        except ValidationError as error:
            raise SettingsWrong(path=path, reason=_reason(error.errors()[0])) from None
        except ValueError as error:
            raise SettingsWrong(path=path, reason=f"a line cannot be read: {error}") from None
        except OSError as error:
            raise SettingsWrong(path=path, reason=f"nothing can be read: {said(error)}") from None

    def save(self, path: Path | None = None) -> None:
        """Write the settings that differ from the defaults, in one step; raises OSError."""
        path = path or settings_file()
        changed = self.model_dump(mode="json", exclude_defaults=True)
        text = "".join(f"{name} = {_toml(value)}\n" for name, value in changed.items())
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())


def settings_file() -> Path:
    """Return where the user's settings are kept."""
    return paths.user_data() / "settings.toml"


def wrong_values(values: Mapping[str, object]) -> dict[str, str]:
    """Return what is wrong with values of settings, in a sentence each, by the setting's name."""
    try:
        Settings.model_validate(values)
    except ValidationError as error:
        found = error.errors()
        return {str(one["loc"][0]): f"This {_complaint(one)}." for one in found if one["loc"]}
    return {}


def _reason(error: Any) -> str:
    names = [str(part) for part in error["loc"]]
    name = f"“{names[0]}”" if names else "the content"
    known = ", ".join(Settings.model_fields)
    more = f" (there are {known})" if error["type"] == "extra_forbidden" else ""
    return f"{name} {_complaint(error)}{more}"


def _complaint(error: Any) -> str:
    """Return the end of a sentence that begins with the setting that is wrong."""
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return str(context["error"])
    if error["loc"] and _is_size(str(error["loc"][0])):
        context = {bound: _in_words(value) for bound, value in context.items()}
    return _WANTED.get(error["type"], f"cannot be used: {error['msg']}").format_map(context)


def _is_size(name: str) -> bool:
    field = Settings.model_fields.get(name)
    return field is not None and Size in get_args(field.annotation)


def _in_words(size: int) -> str:
    """Return a size as a person reads it, so that it can be typed again."""
    unit = next((unit for unit, power in reversed(_UNITS.items()) if size >= 1 << power), "B")
    return f"{size / (1 << _UNITS[unit]):g} {unit}"


def _toml(value: bool | int | str) -> str:
    """Return a value as TOML: of what settings hold, strings are what needs escapes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return '"' + re.sub(r'[\x00-\x1f\x7f"\\]', lambda m: f"\\u{ord(m[0]):04x}", value) + '"'
