"""To whom a letter goes: "Kính gửi: Các sở, ban, ngành tỉnh", "To: Heads of Faculty; Heads of Units"."""

import re
from collections.abc import Iterator, Sequence

from intake.drafting.bodies import split_bodies
from intake.drafting.folds import fold_in_place
from intake.drafting.opening import Opening

_BEGINS = re.compile(r"\W*(?:kính gửi|to)\s*:\s*")
_ENTRY = re.compile(r"\A[-–+•]\s*")
_HEAD_LINES = 40


def find_addressed(lines: Sequence[str]) -> Opening:
    """Give the bodies a letter's head names; they are meant where the letter asks and names nobody."""
    for at, line in enumerate(lines[:_HEAD_LINES]):
        found = _BEGINS.match(fold_in_place(line))
        if found:
            entries = [line[found.end() :], *_entries(lines[at + 1 :])]
            names = [name for entry in entries for part in entry.split(";") for name in split_bodies(part)]
            return Opening(tuple(names), line.strip()) if names else Opening()
    return Opening()


def _entries(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if line and not _ENTRY.match(line):
            return
        if line:
            yield _ENTRY.sub("", line)
