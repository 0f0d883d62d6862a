"""Findings: what a check says of a file, and the sentence made of it in the reader's language."""

from typing import Any

from models.returns import Finding
from schemas.severities import ERROR, INFO, WARNING
from schemas.texts import Texts

__all__ = ["ERROR", "INFO", "WARNING", "as_document", "found", "has_errors", "message"]


def found(
    check: str,
    severity: str = ERROR,
    *,
    sheet: str | None = None,
    cell: str | None = None,
    value: object = None,
    **values: Any,
) -> Finding:
    """Make a finding. `values` fill the placeholders of the text `findings.<check>`; keep them JSON."""
    written = None if value is None else str(value)
    return Finding(check=check, severity=severity, sheet=sheet, cell=cell, value=written, values=values)


def message(finding: Finding, texts: Texts) -> str:
    """Say where, what was written, what is allowed and what to do."""
    said = texts(_text_key(finding.check), value=finding.value or "", **finding.values)
    if not finding.sheet or not finding.cell:
        return said
    return texts("findings.where", sheet=finding.sheet, cell=finding.cell, message=said)


def _text_key(check: str) -> str:
    """Findings of a plan have a catalogue of their own: "plan.cycle" stands at findings_plan.cycle."""
    return check.replace("plan.", "findings_plan.", 1) if check.startswith("plan.") else f"findings.{check}"


def as_document(finding: Finding, texts: Texts) -> dict[str, Any]:
    """Give a finding as `--json` prints it."""
    fields = ("check", "severity", "sheet", "cell", "value")
    return {name: getattr(finding, name) for name in fields} | {"message": message(finding, texts)}


def has_errors(findings: list[Finding]) -> bool:
    return any(finding.severity == ERROR for finding in findings)
