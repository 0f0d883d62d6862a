"""What a command prints: one JSON document, or sentences and tables from the catalogue."""

import os
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flows.document import as_data, written
from models.errors import ConflictError, DondocError, PlanRefusedError, RefusedError
from models.grades import write_distribution
from schemas.texts import LANGUAGES, UNKNOWN, Texts, load_texts

MENDABLE = (RefusedError, ConflictError)  # whoever asked can mend it; anything else is a fault of ours
LONGEST_TABLE = 40
SELDOM = frozenset({"dimension", "distribution", "said_as", "factor"})  # shown only where something stands in them
TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    # command: the list in its outcome that is worth a table, and its columns
    "collect": ("receipts", ("receipt", "unit", "file", "period", "kind", "state", "late")),
    "remind": ("notices", ("recipient", "rung", "channel", "state")),
    "figures": (
        "figures",
        ("indicator", "dimension", "unit", "period", "value", "numerator", "denominator", "distribution", "n", "of"),
    ),
    "standing": ("returns", ("unit", "period", "kind", "due", "state", "days_late", "overdue")),
    "cascade": ("units", ("unit", "level", "disseminated", "document", "number", "issued_on", "planned", "reported")),
    "classify": ("units", ("unit", "done", "on_time", "beyond", "late_tasks", "reporting", "cap", "suggested")),
    "forecast": ("units", ("unit", "period", "kind", "due", "outlook", "reason")),
    "trace": ("inputs", ("unit", "period", "receipt", "sheet", "cell", "value", "sign", "said_as", "factor")),
    "compare": ("figures", ("indicator", "unit", "period", "before", "after")),
    "doctor": ("checks", ("check", "ok", "found", "advice")),
    "audit": ("entries", ("sequence", "at", "actor", "action", "subject")),
}


MORE_TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {  # printed below the first, where there is anything in them
    "standing": ("notices", ("slip_number", "slip", "period", "kind", "rung", "day", "channel", "recipient", "state")),
}


@dataclass(frozen=True)
class Manner:
    """How a command speaks, once its arguments and settings are read; until then as the environment says."""

    as_json: bool = False
    language: str | None = None

    @property
    def texts(self) -> Texts:
        return load_texts(self.language) if self.language else texts_of_environment()


def texts_of_environment() -> Texts:
    """Give the texts of DONDOC_LANGUAGE, Vietnamese where it is not set: before any settings are read."""
    chosen = os.environ.get("DONDOC_LANGUAGE")
    return load_texts(chosen if chosen in LANGUAGES else LANGUAGES[0])


_manner: ContextVar[Manner] = ContextVar("manner", default=Manner())  # noqa: B039  frozen


def speak(*, as_json: bool, language: str | None = None) -> None:
    """Choose how results and refusals are told from here on."""
    _manner.set(Manner(as_json, language))


def show(command: str, outcome: Any) -> None:
    """Print a job's outcome: JSON for machines, else a sentence and, where it helps, a table."""
    data = as_data(outcome)
    if _manner.get().as_json:
        _print_document(data)
        return
    texts = _manner.get().texts
    if command in TABLES:
        _table(*TABLES[command], data, texts)
    if command in MORE_TABLES and data.get(MORE_TABLES[command][0]):
        _table(*MORE_TABLES[command], data, texts)
    print(_sentence(command, data, texts))  # noqa: T201


def _sentence(command: str, data: Mapping[str, Any], texts: Texts) -> str:
    values = {key: len(value) if isinstance(value, list | tuple) else value for key, value in data.items()}
    if "state" in values:
        values["state"] = texts.label("cli.word", str(values["state"]))
    lines = [texts(f"cli.done.{command}", **values)]
    lines += [f"  {path}" for path in data.get("files", ())]
    lines += [f"  {line}" for line in data.get("lines", ())]
    lines += [f"  - {one['message']}" for one in data.get("waiting", ())]
    findings = data.get("findings", ())
    lines += [f"  - {texts.label('cli.word', found['severity'])}: {found['message']}" for found in findings]
    return "\n".join(lines)


def _table(field: str, columns: Sequence[str], data: Mapping[str, Any], texts: Texts) -> None:
    from rich.console import Console
    from rich.table import Table

    rows: Sequence[Mapping[str, Any]] = data.get(field, ())
    table = Table(box=None, pad_edge=False)
    columns = tuple(one for one in columns if one not in SELDOM or any(_cell(row.get(one), texts) for row in rows))
    for column in columns:
        table.add_column(texts.label("cli.column", column), overflow="fold")
    for row in rows[:LONGEST_TABLE]:
        table.add_row(*(_cell(row.get(column), texts) for column in columns))
    printer = Console(highlight=False)
    printer.print(table)
    if len(rows) > LONGEST_TABLE:
        printer.print(texts("cli.more", count=len(rows) - LONGEST_TABLE))


def _cell(value: object, texts: Texts) -> str:
    if isinstance(value, bool):
        return texts("cli.yes" if value else "cli.no")
    if isinstance(value, Fraction):
        return "" if value == 1 else texts.fraction(value)
    if isinstance(value, Decimal):
        return texts.number(value, 0 if value == value.to_integral_value() else 1)
    if isinstance(value, Mapping):
        return _counted(value, texts)
    if isinstance(value, date) and not isinstance(value, datetime):
        return texts.date(value)
    return "" if value is None else texts.label("cli.word", str(value))


def _counted(value: Mapping[str, Any], texts: Texts) -> str:
    """Write a share or a figure, never without its counts; or the levels of an ordinal measure."""
    if "n" not in value:
        return write_distribution(value)
    counts = f"{value['n']}/{value['of']}"
    if "value" not in value:
        return counts
    levels = value.get("distribution")
    return f"{write_distribution(levels) if levels else _cell(value['value'], texts)} ({counts})"


def note(key: str, **values: Any) -> None:
    """Say something on standard error, where it disturbs no reader of the result."""
    print(_manner.get().texts(key, **values), file=sys.stderr)  # noqa: T201


def refuse(error: DondocError) -> None:
    """Say what is wrong and what to do; `--json` also has it as its document."""
    texts = _manner.get().texts
    print(refusal(error, texts), file=sys.stderr)  # noqa: T201
    if _manner.get().as_json:
        _print_document({"error": texts(error.key, **error.values), "findings": _findings(error, texts)})


def refusal(error: DondocError, texts: Texts) -> str:
    """Give the sentence of a refusal; a refused plan lists every finding with its cell."""
    lines = [f"- {finding['message']}" for finding in _findings(error, texts)]
    return "\n".join([texts(error.key, **error.values), *lines])


def _findings(error: DondocError, texts: Texts) -> list[dict[str, Any]]:
    if not isinstance(error, PlanRefusedError):
        return []
    from schemas.checks import as_document  # brings the tables along: too heavy for `--help`

    return [as_document(finding, texts) for finding in error.findings]


def fault(error: Exception) -> None:
    """Say in a sentence that something of ours went wrong, and where whoever mends it finds the trace."""
    texts = _manner.get().texts
    said = texts("cli.fault", kind=type(error).__name__, path=_write_trace(error))
    print(said, file=sys.stderr)  # noqa: T201
    if _manner.get().as_json:
        _print_document({"error": said, "findings": []})


def tell(document: Mapping[str, Any], key: str) -> None:
    """Say one thing of many as soon as it is known: a JSON document on one line, or a sentence on standard error."""
    if _manner.get().as_json:
        print(written(document, 0), flush=True)  # noqa: T201
        return
    texts = _manner.get().texts
    said = {name: texts.label("cli.word", str(value)) if name == "state" else value for name, value in document.items()}
    note(key, **said)


def trouble(error: Exception) -> None:
    """Say what went wrong in the midst of work that goes on: as `fault` does, or the sentence of what can be mended."""
    texts = _manner.get().texts
    if isinstance(error, MENDABLE):
        _log(error)
        said = refusal(error, texts)
    else:
        said = texts("cli.fault", kind=type(error).__name__, path=_write_trace(error))
    tell({"error": said}, "cli.watch.error")


def _log(error: Exception) -> None:
    if "flows.jobs.logs" in sys.modules:  # a job had begun, and its workspace has a log
        sys.modules["flows.jobs.logs"].log_fault(error)


def _write_trace(error: Exception) -> str:
    _log(error)
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="dondoc-", suffix=".log", delete=False) as log:
            traceback.print_exception(error, file=log)
            return log.name
    except OSError:  # a full disk may be the very fault
        return UNKNOWN


def _print_document(data: Mapping[str, Any]) -> None:
    print(written(data))  # noqa: T201


class Progress:
    """One line that moves on a terminal; whole lines where the output is kept in a file."""

    def __init__(self, *, to_stderr: bool) -> None:
        self.stream = sys.stderr if to_stderr else sys.stdout
        self.moving = self.stream.isatty()

    def step(self, done: int, of: int, said: str) -> None:
        """Show how far the work is."""
        share = f"{100 * done // of:3d}%"
        end = "\r" if self.moving and done < of else "\n"
        print(f"{share} {said:<70}" if self.moving else f"{share} {said}", end=end, file=self.stream, flush=True)
