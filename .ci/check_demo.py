"""Checks what `make demo` left behind, through the command line and by opening every file it names."""

import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

DONDOC = Path(sys.executable).with_name("dondoc")
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
    for directive in OWED:
        figures = ask(workspace, "figures", "--directive", directive, "--indicator", "I07", "--unit", "K00")["figures"]
        ensure(len(figures) > 0, f"{directive}: {len(figures)} figures of articles published")
        for figure in figures:
            inputs = ask(workspace, "trace", figure["code"])["inputs"]
            total = sum(one["value"] * one["sign"] for one in inputs)
            ensure(total == figure["value"], f"{figure['code']} = {figure['value']} from {len(inputs)} cells")


def check_files(workspace: Path) -> None:
    for ending, least in (("docx", 2), ("xlsx", 2), ("pdf", 2)):
        files = sorted((workspace / "reviews").rglob(f"*.{ending}"))
        ensure(len(files) >= least, f"{len(files)} review files .{ending}")
        for file in files:
            whole = file.read_bytes()[:5] == b"%PDF-" if ending == "pdf" else ZipFile(file).testzip() is None
            ensure(whole, f"{file.name} opens, {file.stat().st_size:,} bytes")
    board = (workspace / "board" / "index.html").read_text("utf-8")
    ensure("SỐ LIỆU MINH HỌA" in board, "the board says that its figures are invented")
    ensure(
        "http://" not in board.replace("http://www.w3.org", "") and "https://" not in board,
        "and asks no other host",
    )
    ensure(len(list((workspace / "outbox-mail").rglob("*.eml"))) > 50, "reminders lie in outbox-mail/")
    ensure(not list((workspace / "inbox" / ".claimed").iterdir()), "nothing is left half taken in")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    check_ledger(place)
    check_figures(place)
    check_files(place)
