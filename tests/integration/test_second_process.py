"""That another process, whose sets and hashes lie in another order, writes the same review to the byte."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from zipfile import ZipFile

import docx
import pytest
from histories import SECOND
from kinds import AS_AT, ROUND, lay_kinds

WRITE = """
import sys
from datetime import datetime
from pathlib import Path
from flows.jobs.board import run_board
from flows.jobs.review import run_review
from settings import open_workspace
folder, symbol, first, last, at = sys.argv[1:]
settings, as_at = open_workspace(Path(folder)), datetime.fromisoformat(at)
run_review(settings, symbol, first, last, as_at=as_at)
run_board(settings, as_at=as_at)
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Write review and board of one record in two processes, each from its own copy of the record."""
    folder = tmp_path_factory.mktemp("twice")
    settings = lay_kinds(folder / "record")
    runs = []
    for seed in ("1", "2"):
        copytree(settings.workspace, folder / seed)
        command = [sys.executable, "-c", WRITE, str(folder / seed), SECOND, *ROUND, AS_AT.isoformat()]
        runs.append(subprocess.Popen(command, env={**os.environ, "PYTHONHASHSEED": seed}))
    assert [run.wait(timeout=120) for run in runs] == [0, 0]
    return folder / "1", folder / "2"


def file_of(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


@pytest.mark.parametrize("pattern", ["reviews/*/*.pdf", "reviews/*/*.xlsx", "board/*.html"])
def test_pdf_annex_and_board_have_the_same_bytes(written: tuple[Path, Path], pattern: str) -> None:
    first, second = (file_of(folder, pattern).read_bytes() for folder in written)
    assert first == second


def test_word_has_the_same_text_and_the_same_pictures(written: tuple[Path, Path]) -> None:
    first, second = (file_of(folder, "reviews/*/*.docx") for folder in written)
    assert words_of(first) == words_of(second)
    assert pictures_of(first) == pictures_of(second) != {}


def words_of(path: Path) -> list[str]:
    return [node.text for node in docx.Document(str(path)).element.body.iter() if node.tag.endswith("}t")]


def pictures_of(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as parts:
        return {name: parts.read(name) for name in parts.namelist() if name.startswith("word/media/")}
