"""The foot of a document: whom it goes to, on whose behalf and in which post it is signed. Never a person's name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.drafting.folds import fold_in_place
from intake.drafting.head_rules import load_head_rules

_BULLET = re.compile(r"\A[-–+•*]\s*")
_BEFORE_POST = re.compile(r"[^,;(–]*?(?=\s*(?:[,;(–]|\s-\s|\Z))")
_WORDS_OF_NAME = range(2, 6)
_CLOSING = " .;,/"


@dataclass(frozen=True)
class Foot:
    recipients: tuple[str, ...] = ()
    signed_for: str | None = None  # T/M BAN THƯỜNG VỤ
    signed_as: str | None = None  # BÍ THƯ


def read_foot(lines: Sequence[str]) -> Foot:
    """Read recipients, authority and post; what is neither of them, such as the signer's name, is left out."""
    rules = load_head_rules().foot
    small = [fold_in_place(line) for line in lines]
    at = next((n for n, line in enumerate(small) if rules.recipients.match(line)), None)
    authority = [n for n, line in enumerate(small) if rules.authority.match(line)]
    posts = small[authority[0] :] if authority else small
    return Foot(
        recipients=tuple(_recipients(lines[at:])) if at is not None else (),
        signed_for=" – ".join(filter(None, (_authority(lines[n]) for n in authority))) or None,
        signed_as=next((post for line in posts if (post := _post(line))), None),
    )


def without_names(entry: str) -> str:
    """Take a person's name off: "Đ/c Nguyễn Văn A, Phó Bí thư (để b/c)" becomes "Phó Bí thư (để b/c)"."""
    rules = load_head_rules().foot
    found = rules.honorific.match(fold_in_place(entry))
    rest = entry[found.end() :] if found else entry
    if rules.posts.match(fold_in_place(rest)):
        return rest
    named = _BEFORE_POST.match(rest)
    is_named = found or rules.surname.match(fold_in_place(rest))
    if not named or not is_named or not _is_name(named[0].split()):
        return rest
    return rest[named.end() :].strip(" ,–-")


def _is_name(words: list[str]) -> bool:
    return len(words) in _WORDS_OF_NAME and all(word.istitle() for word in words)


def _recipients(lines: Sequence[str]) -> Iterator[str]:
    """Give the entries under "Nơi nhận:", one a line, or all on its line; the first line of another kind ends them."""
    rules = load_head_rules().foot
    found = rules.recipients.match(fold_in_place(lines[0]))
    first = lines[0][found.end() if found else 0 :]
    entries = [part for part in re.split(r";\s*|(?<=\s)[-–]\s+", first) if part.strip(_CLOSING + "-–")]
    for line in lines[1:]:
        if _BULLET.match(line):
            entries.append(line)
        elif entries and line[:1].islower() and not entries[-1].rstrip().endswith((";", ".")):
            entries[-1] = f"{entries[-1]} {line}"
        elif line and _is_entry(line) and not entries:
            entries.append(line)
        elif line and _is_entry(line):
            break
    for entry in (part for one in entries for part in one.split(";") if _is_entry(part.strip())):
        said = without_names(_without_signer(_BULLET.sub("", entry.strip())).strip(_CLOSING))
        if re.search(r"\w", said) and fold_in_place(said) != "(để b/c)":
            yield said


def _without_signer(entry: str) -> str:
    """Take off a signer's name that stood in the other column: "Lưu VP. Trần Văn Mẫu"."""
    kept, _, behind = entry.rpartition(". ")
    is_signer = load_head_rules().foot.surname.match(fold_in_place(f"{behind} ")) and _is_name(behind.split())
    return kept if kept and is_signer else entry


def _is_entry(line: str) -> bool:
    rules, small = load_head_rules().foot, fold_in_place(line)
    return not (rules.authority.match(small) or rules.posts.match(small) or rules.surname.match(small))


def _authority(line: str) -> str | None:
    """Give "T/M BAN THƯỜNG VỤ" without a post or anything else behind it on the same line."""
    rules = load_head_rules().foot
    small = fold_in_place(line)
    found = rules.authority.match(small)
    start = found.end() if found else 0
    post = rules.posts.search(small, start)
    end = post.end() if post and post.start() == start else post.start() if post else len(line)
    return line[:end].strip(" *:,") if re.search(r"\w", line[start:]) else None


def _post(small: str) -> str | None:
    """Give the post that a line begins with, or that stands behind the body it is signed for; in capitals."""
    rules = load_head_rules().foot
    authority = rules.authority.match(small)
    found = rules.posts.search(small, authority.end()) if authority else rules.posts.match(small.lstrip(" *"))
    is_stood_in_for = found and authority and found.start() == authority.end()  # KT. CHỦ TỊCH
    return found[0].upper() if found and not is_stood_in_for else None
