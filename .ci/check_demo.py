"""Checks what `make demo` left behind, through the command line and by opening every file it names."""

import json
import subprocess
import sys
from pathlib import Path

import docx
import openpyxl
import pypdf
from check_sample import add_up, check_annex, check_rolled_up, check_traces, expected_figures, read_plans

from schemas.texts import load_texts

DONDOC = Path(sys.executable).with_name("dondoc")
BANNER = "SỐ LIỆU MINH HỌA – KHÔNG PHẢI SỐ LIỆU THẬT"
TOTALS = {"04-CT/ĐUK": ("R1", 14340), "60-KL/ĐUK": ("R2", 39555)}
OWED = {"04-CT/ĐUK": 406, "60-KL/ĐUK": 601}


def ask(workspace: Path, *arguments: str) -> dict:
    command = [str(DONDOC), *arguments, "--workspace", str(workspace), "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def ensure(condition: bool, said: str) -> None:
    print(("ok   " if condition else "FAIL ") + said)
    if not condition:
        sys.exit(1)


def check_ledger(workspace: Path) -> None:
    total = 0
    for directive, owed in OWED.items():
        rates = ask(workspace, "standing", "--directive", directive)["rates"]
        ensure(rates["owed"] == owed, f"{directive}: {rates['owed']} returns owed")
        ensure(0.90 < rates["accepted"] / owed < 1, f"{directive}: {rates['accepted']} accepted, some never came")
        ensure(rates["accepted"] + rates["missing"] == owed, f"{directive}: accepted and missing make up what is owed")
        total += rates["owed"]
    ensure(total == 1007, f"{total} returns owed in all")


def check_figures(workspace: Path) -> None:
    """The sample is drawn from a fixed seed, so its totals are fixed numbers; and each is the sum of its cells."""
    for directive, (period, total) in TOTALS.items():
        figure = f"{directive}:I07:K00:{period}"
        traced = ask(workspace, "trace", figure)
        ensure(traced["value"]["value"] == total, f"{figure} = {traced['value']['value']}")
        summed = sum(one["value"] * one["sign"] for one in traced["inputs"])
        ensure(summed == total, f"and that is the sum of {len(traced['inputs'])} cells")
        for reading in ("as-was", "today"):
            asked = ("--directive", directive, "--indicator", "I07", "--period", period, "--reading", reading)
            figures = ask(workspace, "figures", *asked, "--unit", "K00")["figures"]
            ensure([one["value"] for one in figures] == [total], f"and the same with units {reading}")


def check_sample(workspace: Path) -> None:
    """Every figure against plain sums of the sample's own numbers, and against the sum of its cells."""
    plans = read_plans(workspace)
    expected = expected_figures(plans, add_up(plans))
    title = load_texts("vi")("document.sheet.figures")
    annexes = sorted((workspace / "reviews").rglob("*.xlsx"))
    for plan, annex in zip(plans, annexes, strict=True):
        symbol = plan.directive.symbol
        rolled = ask(workspace, "figures", "--directive", symbol)["figures"]
        check_rolled_up(expected, rolled, ensure)
        check_traces(workspace, symbol, check_annex(expected, annex, title, ensure), rolled, ensure)


def check_files(workspace: Path) -> None:
    for ending, pages in {"docx": _open_word, "xlsx": _open_annex, "pdf": _open_pdf}.items():
        files = sorted((workspace / "reviews").rglob(f"*.{ending}"))
        ensure(len(files) == 2, f"{len(files)} review files .{ending}")
        for file in files:
            read = pages(file)
            ensure(bool(read), f"{file.name} opens: {len(read)} parts, {file.stat().st_size:,} bytes")
            ensure(all(BANNER in text for text in read), "and each says that its figures are invented")
    board = (workspace / "board" / "index.html").read_text("utf-8")
    ensure(BANNER in board, "so does the board")
    ensure("http://" not in board and "https://" not in board, "which asks no other host")
    letters = sorted((workspace / "outbox-mail").rglob("*.eml"))
    ensure(len(letters) > 50, f"{len(letters)} reminders lie in outbox-mail/")
    ensure(not list((workspace / "inbox" / ".claimed").iterdir()), "nothing is left half taken in")


def _open_word(path: Path) -> list[str]:
    """Give the header of each section: it is printed on every page."""
    sections = docx.Document(str(path)).sections
    return [
        " ".join(one.text for one in (*part.header.paragraphs, *part.first_page_header.paragraphs)) for part in sections
    ]


def _open_annex(path: Path) -> list[str]:
    """Give the printed header of each sheet."""
    book = openpyxl.load_workbook(path)
    return [str(sheet.oddHeader.center.text) for sheet in book]


def _open_pdf(path: Path) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(path).pages]


if __name__ == "__main__":
    place = Path(sys.argv[1])
    check_ledger(place)
    check_figures(place)
    check_sample(place)
    check_files(place)
