"""What the simulated units write: office sentences with their own figures, dates and documents in them."""

import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sample.draws import pick, share, stream
from sample.figures import Figures, true_value
from sample.organisation import CONSOLIDATED, DATA, TOP, indicators_asked, periods, units
from sample.progress import Standing
from schemas.texts import load_texts

_LOWER_WORDS = (("chi bộ", "tổ đảng"), ("cấp ủy viên", "chi ủy viên"))  # a cell has groups, not cells, below it
_PAIRED = ("topic", "form", "audience", "step")
_DECIMALS = {"I18": 1}


@dataclass(frozen=True)
class Voice:
    """Who writes, about which period, in which of its two returns."""

    unit: str
    period: str
    kind: str

    @property
    def is_cell(self) -> bool:
        return units()[self.unit].kind == "chibo_co_so"


@dataclass(frozen=True)
class Document:
    """A document that shows that something was done."""

    number: str
    word: str  # its kind, as offices cite it: "Kế hoạch số 15-KH/ĐU"
    title: str
    issued_on: date
    evidence: str  # its kind in the plan's list


@cache
def phrases() -> dict[str, Any]:
    """Read phrases_vi.toml."""
    return tomllib.loads((DATA / "phrases_vi.toml").read_text("utf-8"))


def theme_of(task: str) -> str:
    """Give what a task is about; one that is not of the sample is written of as plain reporting."""
    themes: dict[str, str] = phrases()["themes"]
    return themes.get(task, "reporting")


def result_text(voice: Voice, task: str, standing: Standing) -> str:
    """Say in two or three sentences what was done for a task."""
    special = phrases()["results"].get(standing.status)
    theme: dict[str, list[str]] = special or phrases()["results"][theme_of(task)]
    sentences = theme["done"] if standing.is_done and "done" in theme else theme["open"]
    chosen = [_usable(voice, sentences, task, "first")]
    chosen += [_usable(voice, theme[part], task, part) for part in ("more", "last") if part in theme]
    values = _values(voice, task, document_of(voice.unit, task, standing))
    return " ".join(_written(voice, sentence, values) for sentence in chosen)


def document_of(unit: str, task: str, standing: Standing) -> Document | None:
    """Give the document that finished a task; the same in every return that names it."""
    if standing.done_on is None:
        return None
    kinds = phrases()["documents"]
    about = kinds.get(theme_of(task), kinds["other"])
    number = 3 + int(170 * share(unit, task, standing.done_on, "number"))
    symbol = f"{number:02d}-{about['kind']}/{symbol_of(unit)}"
    return Document(symbol, about["word"], about["title"], standing.done_on, about["evidence"])


def symbol_of(unit: str) -> str:
    """Give the abbreviation of a body in the numbers of its documents."""
    if unit == TOP:
        return "ĐUK"
    return "CB" if units()[unit].kind == "chibo_co_so" else "ĐU"


def explanation(voice: Voice, indicator: str, *, rising: bool) -> str:
    """Say why a figure differs much from the one before."""
    table: dict[str, list[str]] = phrases()["explanations"]
    sentence = pick(table["rise" if rising else "fall"], voice, indicator)
    return _written(voice, sentence, _values(voice, indicator, None))


def shortcomings(voice: Voice, terms: Mapping[str, Mapping[str, str]]) -> tuple[dict[str, Any], ...]:
    """Give up to two shortcomings with kinds and causes from the plan's lists; none where it has no list."""
    kinds, causes = list(terms.get("shortcoming", {})), _causes(voice, terms)
    if not kinds or voice.kind == CONSOLIDATED:
        return ()
    order = stream(voice, "shortcomings")
    count = order.choices((0, 1, 2), (35, 45, 20))[0]
    habits = sorted(kinds, key=lambda code: share(voice.unit, code) + 0.5 * share(voice.unit, voice.period, code))
    return tuple(_shortcoming(voice, code, terms, causes) for code in habits[:count])


def _causes(voice: Voice, terms: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Give the causes that a unit may name in a period: nobody blames the epidemic in other years."""
    table = phrases()["shortcomings"]
    in_epidemic = periods()[voice.period].year in table["epidemic_years"]
    return [code for code in terms.get("cause", {}) if in_epidemic or code != table["epidemic"]]


def _shortcoming(
    voice: Voice, code: str, terms: Mapping[str, Mapping[str, str]], causes: Sequence[str]
) -> dict[str, Any]:
    table = phrases()["shortcomings"]
    values = _values(voice, f"shortcoming {code}", None)
    text = pick(table["by_code"].get(code) or table["text"], voice, code, "text")
    text = text.replace("{label}", terms["shortcoming"][code].rstrip("."))
    row: dict[str, Any] = {"code": code, "text": _written(voice, text, values)}
    if causes:
        cause = pick(causes, voice, code, "cause")
        row |= {"cause_type": "objective" if cause in table["objective"] else "subjective", "cause_code": cause}
    row["remedy"] = _written(voice, pick(table["remedy"], voice, code, "remedy"), values)
    row["remedy_due"] = periods()[voice.period].cutoff + timedelta(days=90 + 30 * int(6 * share(voice, code)))
    return row


def statements(voice: Voice, commended: tuple[Figures, Figures] | None) -> tuple[dict[str, Any], ...]:
    """Give proposals, commendations, lessons and directions; most of them at the end of a year."""
    full = periods()[voice.period].stage in ("N", "5N")
    rows: list[dict[str, Any]] = []
    if share(voice, "proposal") < (0.6 if full else 0.25):
        found = pick(phrases()["proposals"], voice, "proposal")
        rows.append({"kind": "proposal", **_filled(voice, found)})
    if full and commended and not commended[1].is_nothing:
        rows.append(_commendation(voice, commended))
    for kind, table, part in (("lesson", "lessons", 0.5), ("direction", "directions", 0.7)):
        if full and share(voice, kind) < part:
            text = {"text": pick(phrases()[table]["text"], voice, kind)}
            rows.append({"kind": kind, **_filled(voice, text)})
    return tuple(rows)


def _commendation(voice: Voice, commended: tuple[Figures, Figures]) -> dict[str, Any]:
    table = phrases()["commendations"]
    number = 20 + int(300 * share(voice, "decision"))
    return {
        "kind": "commendation",
        **_filled(voice, {"text": pick(table["text"], voice, "commendation")}),
        "level": pick(table["level"], voice, "level"),
        "collectives": commended[0].value,
        "individuals": commended[1].value,
        "decision": f"{number}-QĐ/{symbol_of(voice.unit)}",
    }


def _filled(voice: Voice, texts: Mapping[str, str]) -> dict[str, str]:
    values = _values(voice, texts["text"], None)
    return {key: _written(voice, text, values) for key, text in texts.items()}


def _usable(voice: Voice, sentences: Sequence[str], *key: object) -> str:
    """Choose among the sentences whose figures the unit has; those with figures first, as offices do."""
    with_figures = {text: [f for f in _fields(text) if f[0] == "I"] for text in sentences}
    possible = [text for text, codes in with_figures.items() if all(_figure(voice, code) for code in codes)]
    telling = [text for text in possible if with_figures[text]]
    if telling and share(voice, *key, "telling") < 0.75:
        return pick(telling, voice, *key)
    return pick(possible or sentences, voice, *key)


@cache
def _fields(text: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in string.Formatter().parse(text) if name)


def _figure(voice: Voice, indicator: str) -> str | None:
    """Write a figure of the same return, or None where it is not asked or nought."""
    if voice.kind == CONSOLIDATED or indicator not in indicators_asked(voice.unit, voice.period):
        return None
    found, texts = true_value(voice.unit, indicator, voice.period), load_texts("vi")
    if found.numerator is not None and found.denominator is not None:
        return texts.percent(found.numerator, found.denominator) if found.numerator else None
    return texts.number(found.value, _DECIMALS.get(indicator, 0)) if found.value else None


def _values(voice: Voice, subject: str, document: Document | None) -> dict[str, str]:
    """Draw the words of one text: two different ones of each list."""
    draws, period = stream(voice, subject, "words"), periods()[voice.period]
    values = {"n": str(draws.randint(2, 12)), "m": str(draws.randint(1, 5))}
    for name in _PAIRED:
        values[name], values[name + "2"] = draws.sample(phrases()["words"][name], 2)
    values["when"] = phrases()["when"][period.stage].format(year=period.year)
    values["When"] = values["when"][0].upper() + values["when"][1:]
    values["org"] = "Chi bộ" if voice.is_cell else "Đảng ủy"
    if document:
        values |= {
            "doc": f"{document.word} số {document.number}",
            "date": load_texts("vi").date(document.issued_on),
        }
    return values


def _written(voice: Voice, sentence: str, values: dict[str, str]) -> str:
    figures = {code: _figure(voice, code) or "" for code in _fields(sentence) if code[0] == "I"}
    text = sentence.format(**values, **figures)
    if voice.is_cell:
        for word, lower in _LOWER_WORDS:
            text = text.replace(word, lower)
    return text[0].upper() + text[1:]
