"""The rules of the house that no linter knows."""

import ast
import importlib.util
import re
import string
import tomllib
from pathlib import Path

import pytest
import yaml

from schemas.layout import load_layout
from schemas.texts import LANGUAGES, load_texts

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("flows", "models", "schemas", "intake", "reports", "reminders", "sample")
CODE = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")) if "versions" not in path.parts]


@pytest.mark.parametrize("name", [*PACKAGES, "settings", "cli"])
def test_our_packages_are_the_ones_imported(name: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).resolve().is_relative_to(ROOT)


def test_no_flow_bears_the_name_of_a_package() -> None:
    """A worker that loads flows/intake.py puts flows/ first on the path, and the flow hides the package."""
    taken = {path.stem for path in (ROOT / "flows").glob("*.py")} & {*PACKAGES, "settings", "cli"}
    assert not taken


def test_every_entrypoint_of_prefect_yaml_is_a_flow_of_that_name() -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    for deployment in deployments:
        module, function = deployment["entrypoint"].split(":")
        flow = getattr(importlib.import_module(module), function)
        assert flow.name == deployment["name"]


def test_both_languages_have_the_same_texts_with_the_same_placeholders() -> None:
    first, second = (load_texts(language).entries for language in LANGUAGES)
    assert first.keys() == second.keys()
    different = {key for key in first if _placeholders(first[key]) != _placeholders(second[key])}
    assert not different


def _placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("layout", "catalogue"), [("return", "workbook"), ("plan", "plan")])
def test_every_sheet_column_and_list_of_a_layout_has_its_label(layout: str, catalogue: str) -> None:
    declared = load_layout(layout)
    wanted = {f"{catalogue}.sheet.{sheet.key}.title" for sheet in declared.sheets}
    wanted |= {f"{catalogue}.{sheet.key}.{column.key}" for sheet in declared.sheets for column in sheet.columns}
    wanted |= {f"{catalogue}.list.{name}.{code}" for name, codes in declared.lists.items() for code in codes}
    assert not wanted - load_texts("vi").entries.keys()


@pytest.mark.parametrize("path", sorted((ROOT / "reports" / "sql").glob("*.sql")), ids=lambda path: path.stem)
def test_every_query_says_its_grain_and_is_used(path: Path) -> None:
    assert re.match(r"-- one (row|value) per ", path.read_text("utf-8")), "the first line tells the grain"
    assert any(path.stem in code.read_text("utf-8") for code in CODE if code.is_relative_to(ROOT / "reports"))


def test_no_text_in_vietnamese_stands_in_code() -> None:
    letters = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
    rules_about_texts = {"folds.py", "widths.py", "legacy.py", "legacy_tables.py", "syllables.py"}
    offenders = {
        f"{path.relative_to(ROOT)}: {text}"
        for path in CODE
        if path.parent.name not in ("sample", "drafting") and path.name not in rules_about_texts
        for text in _texts_in(ast.parse(path.read_text("utf-8")))
        if letters.search(text)
    }
    assert not offenders


def _texts_in(tree: ast.AST) -> list[str]:
    """Give the strings of a module that are not docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented) and _opens(node)}
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [node.value for node in strings if id(node) not in docstrings]


def _opens(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return bool(node.body) and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)


def test_no_file_of_code_is_longer_than_four_hundred_lines() -> None:
    files = [*CODE, ROOT / "cli.py", ROOT / "settings.py"]
    long = {path.name: len(path.read_text("utf-8").splitlines()) for path in files}
    assert not {name: lines for name, lines in long.items() if lines > 400}


def test_the_lock_names_no_host() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text("utf-8")


def test_every_dependency_has_its_job_named() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    start = lines.index("dependencies = [")
    ours = lines[start + 1 : lines.index("]", start)]
    assert len(ours) == len(tomllib.loads("\n".join(lines))["project"]["dependencies"])
    assert all("#" in line for line in ours)
