"""The documentation says what the code does, and names only what exists."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from docs.making.commands import command_names
from docs.making.findings import checks, name_of
from docs.making.leaflet import set_page
from docs.making.settings_page import settings_page
from docs.making.states import move_tables
from models.tables import metadata
from settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
BUILT = {"units.pdf"}  # by `make docs`


def _reference(name: str) -> str:
    return (DOCS / "reference" / f"{name}.md").read_text("utf-8")


def test_the_reference_is_what_the_code_says() -> None:
    english = os.environ | {"DONDOC_LANGUAGE": "en"}
    check = [sys.executable, "-m", "docs.making.reference", "--check"]
    ran = subprocess.run(check, cwd=ROOT, env=english, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_the_reference_names_everything() -> None:
    wanted = {
        "commands": {f"## dondoc {name}\n" for name in command_names()},
        "settings": {f"| `{name}` |" for name in Settings.model_fields.keys() - {"document"}},
        "findings": {f"| `{name_of(key)}` |" for key in checks()},
        "states": {f"| `{state.value}` |" for kind in move_tables() for state in kind},
        "tables": {f"## {name}\n" for name in metadata.tables},
    }
    missing = {text for page, texts in wanted.items() for text in texts if text not in _reference(page)}
    assert not missing


def test_every_setting_says_what_it_is_for() -> None:
    assert not [line for line in settings_page().splitlines() if line.startswith("| `") and line.endswith("|  |")]


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = {target for target in LINK.findall(page.read_text("utf-8")) if "://" not in target}
    assert not [one for one in targets - BUILT if not (page.parent / one).exists()]


def test_the_threat_model_names_files_and_tests_that_exist() -> None:
    said = (DOCS / "security.md").read_text("utf-8")
    files = set(re.findall(r"`((?:\.ci|deploy|flows|intake|models|reminders|reports|schemas)/[\w./]+)`", said))
    assert not [one for one in files - {"deploy/.env"} if not (ROOT / one).exists()]
    tests = "\n".join(f"{path.name}\n{path.read_text('utf-8')}" for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)(?:\.py)?`", said))
    assert len(named) > 30
    assert not [one for one in named if one not in tests]


def test_the_pages_of_the_site_are_those_in_the_folder() -> None:
    listed = set(re.findall(r'"([\w/.-]+\.md)"', (ROOT / "zensical.toml").read_text("utf-8")))
    assert listed == {path.relative_to(DOCS).as_posix() for path in PAGES}


def test_the_guide_for_units_can_be_printed() -> None:
    printed = set_page((DOCS / "units.md").read_text("utf-8"))
    assert printed.count("#enum.item[") == 5
    assert printed.count("image(") == 3


def test_what_is_deployed_or_shown_calls_commands_that_exist() -> None:
    said = [path.read_text("utf-8") for path in (*PAGES, ROOT / "README.md", *(ROOT / "deploy").glob("*.service"))]
    called = {name for text in said for name in re.findall(r"(?:bin/|`)dondoc +([a-z][a-z-]+)", text)}
    assert len(called) > 10
    assert not called - set(command_names())


def test_what_is_deployed_is_closed_to_the_outside() -> None:
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    for unit in (ROOT / "deploy").glob("*.service"):
        lines = unit.read_text("utf-8").splitlines()
        assert {"NoNewPrivileges=yes", "ProtectSystem=strict"} <= set(lines)
        assert {"UMask=0027", "UMask=0077"} & set(lines)
