"""The page of settings, from settings.py: names, types, bounds, defaults and what their comments say."""

import inspect
import re
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.making.pages import code, page, table
from settings import DocumentSettings, Settings

FIELD = re.compile(r"^    (\w+): .*?# (.+)$")
CLOSING = re.compile(r"^    [\])].*?# (.+)$")
OPENING = re.compile(r"^    (\w+): ")
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def settings_page() -> str:
    head = ("setting", "type", "default", "means")
    return page(
        "Settings",
        "Read from the environment as `DONDOC_NAME` (`DONDOC_SMTP_HOST`), then from `dondoc.toml` in the workspace, "
        "then from these defaults. Lists and tables in the environment are JSON. Keep secrets (type *secret*) in the "
        "environment: they are never printed or logged.",
        table(head, _rows(Settings)),
        "## [document]",
        "How reviews look; the section `[document]` of `dondoc.toml`.",
        table(head, _rows(DocumentSettings)),
    )


def _rows(model: type[BaseModel]) -> list[tuple[str, ...]]:
    told = _comments(model)
    return [
        (code(name), _type(field), code(_default(field)), told.get(name, ""))
        for name, field in model.model_fields.items()
        if not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel))
    ]


def _comments(model: type[BaseModel]) -> dict[str, str]:
    """Give the comment behind each field; one that was wrapped has it behind its last line."""
    told: dict[str, str] = {}
    latest = ""
    for line in inspect.getsource(model).splitlines():
        if opened := OPENING.match(line):
            latest = opened[1]
        if found := FIELD.match(line):
            told[found[1]] = found[2]
        elif closed := CLOSING.match(line):
            told[latest] = closed[1]
    return told


def _type(field: FieldInfo) -> str:
    written = re.sub(r"(?:\w+\.)+(\w+)", r"\1", inspect.formatannotation(field.annotation))
    for plain, said in {"SecretStr": "secret", " | None": "", ", ...": " …", "Literal": "one of ", "'": ""}.items():
        written = written.replace(plain, said)
    bounds = " ".join(f"{sign} {getattr(one, key)}" for one in field.metadata for key, sign in SIGNS.items()
                      if hasattr(one, key))  # fmt: skip
    return f"{written} {bounds}".strip()


def _default(field: FieldInfo) -> Any:
    empty = field.default is None or field.default == "" or field.default in ((), {})
    return "" if empty else field.default
