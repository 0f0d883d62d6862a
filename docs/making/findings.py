"""The page of findings: each check with its severity, and what it says in both languages."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from docs.making.pages import code, page, table
from schemas.severities import ERROR, INFO, WARNING
from schemas.texts import load_texts

ROOT = Path(__file__).resolve().parents[2]
SEVERITIES = {"ERROR": ERROR, "WARNING": WARNING, "INFO": INFO}
ROOMS = {"findings": "Returns", "findings_plan": "Plans"}
NO_CHECK = {"findings.where"}


def findings_page() -> str:
    severities = _severities()
    vi, en = load_texts("vi").entries, load_texts("en").entries
    parts = []
    for room, title in ROOMS.items():
        keys = [key for key in checks() if key.startswith(f"{room}.")]
        rows = [(code(name_of(key)), " or ".join(sorted(severities[key] or {ERROR})), vi[key], en[key]) for key in keys]
        parts += [f"## {title}", table(("check", "severity", "Vietnamese", "English"), rows)]
    told = (
        "An *error* refuses the file. A *warning* asks the sender to look again; the file is accepted. An *info* only "
        "tells. Words in braces are filled in: the value that was written, the place, what is allowed. Which severity "
        "a check has is read from the calls in `intake/` and `schemas/`."
    )
    return page("Findings", told, *parts)


def checks() -> list[str]:
    entries = load_texts("vi").entries
    return [key for key in entries if key.partition(".")[0] in ROOMS and key not in NO_CHECK]


def name_of(key: str) -> str:
    room, _, name = key.partition(".")
    return name if room == "findings" else f"plan.{name}"


def _severities() -> dict[str, set[str]]:
    """Find the calls that name a check, and the severity that stands beside it; none means an error."""
    names = {name_of(key): key for key in checks()}
    found: dict[str, set[str]] = defaultdict(set)
    for path in (*(ROOT / "intake").glob("*.py"), *(ROOT / "schemas").glob("*.py")):
        for called in _calls(ast.parse(path.read_text("utf-8"))):
            told = {name for given in called.args for name in _constants(given)} & names.keys()
            for name in told:
                found[names[name]] |= _said(called) or {ERROR}
    return found


def _said(called: ast.Call) -> set[str]:
    """Give the severity a call names; a variable may hold either of the two that stop or ask."""
    given = {one.id for one in called.args if isinstance(one, ast.Name)}
    either = {ERROR, WARNING} if "severity" in given else set()
    asks = {WARNING} if isinstance(called.func, ast.Attribute) and called.func.attr == "remark" else set()
    return {SEVERITIES[name] for name in given & SEVERITIES.keys()} | either | asks


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _constants(node: ast.expr) -> Iterator[str]:
    """Give a text, or the two of `a if … else b`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)
