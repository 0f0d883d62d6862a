"""The page of commands, from the command line itself."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from cli import app
from docs.making.pages import code, page, table
from flows.options import Common

WORDS = {"bool": "flag", "str": "text", "Path": "path", "date": "day", "datetime": "time", "int": "number"}


def commands_page() -> str:
    names = sorted(command_names())
    shared = app[names[0]].assemble_argument_collection()
    common = [row for one in shared if (row := _option(one)) and one.field_info.name in Common.__dataclass_fields__]
    return page(
        "Commands",
        "`dondoc --help` and `dondoc COMMAND --help` say the same; in Vietnamese unless `DONDOC_LANGUAGE=en` is set. "
        "A command exits 0 when its work was done, also when returns were refused; 2 on wrong usage or refused input, "
        "with a sentence that says what to do; 1 on a fault of ours. Times are ISO 8601; without an offset they are "
        "local time (setting `timezone`).",
        "Every command takes:",
        table(("option", "values", "default", "means"), common),
        *(_command(name) for name in names),
    )


def command_names() -> list[str]:
    return [name for name in app if not name.startswith("-")]


def _command(name: str) -> str:
    command = app[name]
    arguments = command.assemble_argument_collection()
    own = [row for one in arguments if one.field_info.name not in Common.__dataclass_fields__ and (row := _option(one))]
    options = [table(("option", "values", "default", "means"), own)] if own else []
    return "\n\n".join((f"## dondoc {name}", str(command.help or ""), *options))


def _option(argument: Any) -> tuple[str, ...] | None:
    """Give one line of the table; a group of options is no option itself."""
    if argument.name == "*" or not argument.name:
        return None
    default = argument.field_info.default
    shown = code(default) if isinstance(default, str | int) and default is not False else ""
    name = argument.name if argument.index is None else argument.name.removeprefix("--").upper()
    needed = "required" if argument.required else shown
    return code(name), ", ".join(_choices(argument.hint)), needed, str(argument.parameter.help or "")


def _choices(hint: Any) -> Iterator[str]:
    if get_origin(hint) is Literal:
        yield from map(code, get_args(hint))
    elif get_origin(hint) in (Union, UnionType):
        for one in get_args(hint):
            yield from _choices(one)
    elif hint is not NoneType:
        yield WORDS.get(hint.__name__, hint.__name__)
