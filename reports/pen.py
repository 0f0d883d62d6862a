"""How the review writes: names, counts with their whole, quantifiers that are computed, sources."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from models.directive import Directive, Indicator
from models.grades import write_distribution
from models.queries.cascade import AskedTask
from reports.blank import period_label
from reports.content import Cell, Paragraph
from reports.facts import Facts
from reports.figure_facts import FigureFact
from reports.phrase import Number, Phrase, filled
from schemas.texts import UNKNOWN, Texts

PERCENTAGES = ("ratio", "boolean")
# The least share at which a word may be used; the count follows it always.
QUANTIFIERS = (
    (Decimal("1"), "all"),
    (Decimal("0.9"), "almost_all"),
    (Decimal("0.6"), "most"),
    (Decimal("0.3"), "many"),
    (Decimal("0.1"), "some"),
)


def quantifier(n: int, of: int) -> str:
    """Give the key of the word for n of `of`: all, almost_all, most, many, some, few, none."""
    if n == 0 or of == 0:
        return "none"
    return next((word for least, word in QUANTIFIERS if Decimal(n) / of >= least), "few")


def _number(printed: str, value: Decimal) -> Phrase:
    return Phrase(printed, (Number("", printed, value),))


def capital(text: str) -> str:
    """Let a text begin with a capital letter and leave the others as they are."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Pen:
    """Facts and language of one review."""

    facts: Facts
    texts: Texts

    def say(self, key: str, **values: object) -> Phrase:
        """Give a text; `{span}` in it is what this kind of review calls the time that it covers."""
        return filled(key, self.texts.entries[f"review.{key}"], {"span": self.span, **values})

    def as_kind(self, key: str, **values: object) -> str:
        """Give a text in the wording of this kind of review."""
        return self.texts(f"review.as.{self.facts.kind}.{key}", **values)

    @property
    def span(self) -> str:
        return self.as_kind("span")

    def label(self, label: str) -> str:
        """Head a column of figures: a year by its number, a period by its name, else it is the round."""
        if any(period.code == label for period in self.facts.planned):
            return capital(self.period(label))
        return label if label.isdecimal() else self.say("column.round")

    def body(self, key: str, **values: object) -> Paragraph:
        return Paragraph(self.say(key, **values), "body")

    def note(self, key: str, **values: object) -> Paragraph:
        return Paragraph(self.say(key, **values), "note")

    def bullet(self, text: Phrase) -> Paragraph:
        return Paragraph(text, "bullet")

    def some(self, n: int, of: int) -> Phrase:
        """Write "một số đơn vị (6/28)": the word is computed, the count stands beside it."""
        return self.say("units_counted", word=self.say(f"quantifier.{quantifier(n, of)}"), n=n, of=of)

    def sentence(self, key: str, **values: object) -> Paragraph:
        """Write a sentence that may begin with a computed word."""
        return Paragraph(self.say(key, **values).capital(), "body")

    def unit(self, code: str, day: date | None = None) -> str:
        """Name a unit as it is called at the end, or as it was on a day."""
        span = self.facts.called(code, day)
        return self._worded(span.name, span.name_en) if span else code

    def office(self, name: str) -> str:
        """Name an office that a unit wrote of, in the language of the review where it is one of ours."""
        ours = next((code for code, span in self.facts.units.items() if span.name == name.strip()), None)
        return self.unit(ours) if ours else name

    def task(self, task: AskedTask) -> str:
        return self._worded(task.title, task.title_en)

    def period(self, code: str) -> str:
        """Name a period inside a sentence: "6 tháng đầu năm 2026"."""
        label = period_label(self.facts.period(code), self.texts)
        return label[:1].lower() + label[1:]

    def directive(self, directive: Directive) -> str:
        """Name a document: "Kết luận số 60-KL/ĐUK"."""
        return self.say("directive", type=self.document_type(directive), symbol=directive.symbol_written)

    def document_type(self, directive: Directive) -> str:
        return self.texts.label("plan.list.document_type", directive.type)

    def measure(self, indicator: Indicator) -> str:
        if indicator.kind in PERCENTAGES:
            return "%"
        if indicator.kind == "ordinal":
            return self.say("grades")
        return self.texts.label("review.measure_word", indicator.measure)

    def numbers(self, **values: int) -> dict[str, Phrase]:
        return {key: _number(self.texts.number(value), Decimal(value)) for key, value in values.items()}

    def percent(self, part: int | Decimal, whole: int | Decimal) -> Phrase:
        """Write part/whole as a percentage; the text says both counts beside it."""
        if not whole:
            return Phrase(UNKNOWN)
        return _number(self.texts.percent(part, whole), Decimal(part) * 100 / Decimal(whole))

    def inline(self, fact: FigureFact, indicator: Indicator) -> Phrase:
        """Write a figure within a sentence."""
        cell = self.figure(fact, indicator)
        value = fact.value if fact.value is not None else Decimal(0)
        return Phrase(cell.text, (Number(fact.code, cell.text, value, is_figure=True),))

    def counted_of(self, name: str, n: int, of: int) -> Phrase:
        return self.say("counted_of", name=name, n=n, of=of)

    def _worded(self, name: str, name_en: str | None) -> str:
        return (name_en or name) if self.texts.language == "en" else name

    def indicator(self, indicator: Indicator) -> str:
        return self._worded(indicator.name.split(" (")[0], indicator.name_en)

    def units(self, codes: Iterable[str]) -> str:
        return "; ".join(self.unit(code) for code in codes)

    def term(self, kind: str, code: str | None) -> str:
        term = self.facts.terms.get((kind, code or ""))
        return self._worded(term.label, term.label_en) if term else (code or UNKNOWN)

    def check(self, check: str) -> str:
        """Name a check for a reader of the review: its own name, else that of its family."""
        own = f"review.check.{check}"
        return self.texts(own) if self.texts.has(own) else self.say(f"check_family.{check.split('.')[0]}")

    def day(self, day: date | None) -> str:
        """Write a date inside a sentence."""
        return self.texts.day(day)

    def date_cell(self, day: date | None) -> Cell:
        return Cell(self.texts.date(day))

    @property
    def as_at(self) -> str:
        return self.day(self.facts.as_at.date())

    def source(self) -> str:
        return self.say("source", date=self.as_at)

    def decimals(self, indicator: Indicator) -> int:
        return 1 if indicator.kind in PERCENTAGES else indicator.decimals

    def rounded(self, value: Decimal, indicator: Indicator) -> Decimal:
        """Give a figure as it is printed."""
        return value.quantize(Decimal(1).scaleb(-self.decimals(indicator)), ROUND_HALF_UP)

    def figure(self, fact: FigureFact | None, indicator: Indicator) -> Cell:
        """Write a figure with its code; a partial one carries a star."""
        if fact is not None and fact.distribution:
            return Cell(write_distribution(fact.distribution) + "*" * fact.partial, figure=fact.code)
        if fact is None or fact.value is None:
            return Cell(UNKNOWN, figure=fact.code if fact else None)
        text = self.texts.number(fact.value, self.decimals(indicator)) + ("*" if fact.partial else "")
        return Cell(text, fact.value, figure=fact.code)

    def coverage(self, fact: FigureFact | None) -> Cell:
        """Write how many units are in a figure, of how many that owe it; both bear the figure's code."""
        if fact is None:
            return Cell("")
        return Cell(self.say("share_of", **self._reporting(fact)))

    def with_coverage(self, value: Cell, fact: FigureFact | None) -> Cell:
        """Write a figure with how many units are in it, where any owes it."""
        if fact is None or not fact.of:
            return value
        return replace(value, text=self.say("with_coverage", value=value.text, **self._reporting(fact)))

    def _reporting(self, fact: FigureFact) -> dict[str, Phrase]:
        counts = {"n": fact.n, "of": fact.of}
        return {
            key: Phrase(str(count), (Number(f"{fact.code}/{key}", str(count), Decimal(count), is_figure=True),))
            for key, count in counts.items()
        }

    def count(self, value: int) -> Cell:
        return Cell(self.texts.number(value), Decimal(value))

    def share(self, part: int, whole: int) -> Cell:
        """Write a percentage without its sign: the header carries the measure."""
        if whole == 0:
            return Cell(UNKNOWN)
        value = Decimal(part) * 100 / whole
        return Cell(self.texts.number(value, 1), value)
