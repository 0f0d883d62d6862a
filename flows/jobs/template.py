"""The work of `dondoc check-template`: what is wrong with an office's Word template, or our own to begin from."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models.errors import RefusedError
from reports.profile import find_profile
from reports.word_template import check_template, write_example
from schemas.texts import load_texts
from settings import Settings


@dataclass(frozen=True)
class TemplateOutcome:
    """Whether reviews can be written with a template, and all that was found in it."""

    file: str
    state: str
    findings: list[dict[str, Any]]


@dataclass(frozen=True)
class ExampleOutcome:
    """Where the example template lies, and in which page form it is set."""

    path: str
    profile: str


def run_check_template(settings: Settings, path: Path) -> TemplateOutcome:
    """Check a template; one that is not there has a finding that says so."""
    texts = load_texts(settings.language)
    faults = check_template(path)
    findings = [
        {
            "check": fault.key,
            "severity": fault.severity,
            "message": texts(f"document.error.{fault.key}", path=path.name, **fault.values),
        }
        for fault in faults
    ]
    is_usable = all(fault.severity == "warning" for fault in faults)
    return TemplateOutcome(str(path), "usable" if is_usable else "unusable", findings)


def run_example(settings: Settings, path: Path, day: date) -> ExampleOutcome:
    """Write our own template in the page form of the office. Raises RefusedError rather than write over a file."""
    if path.exists() or path.suffix.lower() != ".docx" or not path.parent.is_dir():
        raise RefusedError("document.error.example", path=path)
    profile = find_profile(settings.document.profile, day=day, language=settings.language)
    write_example(path, profile, settings.language)
    return ExampleOutcome(str(path), profile.name)
