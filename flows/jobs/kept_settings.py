"""The settings of a workspace as they go into a backup: without secrets, and without what is of this machine."""

import json
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from settings import Settings

OF_THIS_MACHINE = frozenset({"database_url", "archive_folder", "workspace"})


def is_secret(name: str) -> bool:
    return SecretStr.__name__ in repr(Settings.model_fields[name].annotation)


def list_left_out(settings: Settings) -> list[str]:
    """Give the settings that are set and do not go along."""
    names = (name for name in Settings.model_fields if is_secret(name) or name in OF_THIS_MACHINE - {"workspace"})
    return [name for name in names if getattr(settings, name)]


def write_kept_settings(settings: Settings, template: str | None) -> bytes | None:
    """Give dondoc.toml as it may go along; only settings that we know, as a name misspelt may hold a secret."""
    try:
        said = tomllib.loads((settings.workspace / "dondoc.toml").read_text("utf-8"))
    except FileNotFoundError:
        return None
    kept = {name: value for name, value in said.items() if _may_go(name)}
    if template and "document" in kept:
        kept["document"] = kept["document"] | {"template": template}
    return "".join(f"{name} = {_toml(value)}\n" for name, value in kept.items()).encode()


def _may_go(name: str) -> bool:
    return name in Settings.model_fields and not is_secret(name) and name not in OF_THIS_MACHINE


def find_template(settings: Settings) -> tuple[str, Path] | None:
    """Give the office's Word template, and where below a workspace it will lie."""
    path = settings.template
    if path is None or not path.is_file():
        return None
    inside = path.resolve().is_relative_to(settings.workspace)
    return path.resolve().relative_to(settings.workspace).as_posix() if inside else path.name, path


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, date | time):
        return value.isoformat()
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
