"""Page forms as data: margins, sizes and marks of each rule on how a document looks, by date of validity."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from models.errors import NotFoundError

PROFILES_DIR = Path(__file__).resolve().parent / "profiles"
A4_SHORT, A4_LONG = 210.0, 297.0  # millimetres

HABITS = {"vi": "party"}  # the family of forms by language; any other takes the plain one
HeadingKind = Literal["party", "state", "plain"]


@dataclass(frozen=True)
class Page:
    """Margins of an upright A4 page in millimetres; `header` is how far its first line is from the edge.

    `letterhead_left` is the width of the letterhead's left column, with the names of the issuing bodies.
    """

    top: float
    bottom: float
    left: float
    right: float
    header: float
    letterhead_left: float

    @property
    def text_width(self) -> float:
        return A4_SHORT - self.left - self.right

    @property
    def landscape_width(self) -> float:
        """Text width of a page on its side: the bound edge turns up, so left and right become bottom and top."""
        return A4_LONG - self.top - self.bottom


@dataclass(frozen=True)
class Sizes:
    """Type sizes in points."""

    heading_title: float
    motto: float
    superior: float
    issuer: float
    symbol: float
    place: float
    type: float
    subject: float
    text: float
    annex_title: float
    quote: float
    note: float
    caption: float
    table: float
    source: float
    chart: float
    recipients_heading: float
    recipients: float
    page_number: float
    mark: float
    banner: float


@dataclass(frozen=True)
class TextForm:
    """Running text: first-line indent in millimetres, line pitch and the space after a paragraph in points."""

    first_line: float
    line: float
    after: float


@dataclass(frozen=True)
class Marks:
    """What one rule asks for and another does not.

    `stroke_at_end`: the text ends with "./.". `annexes_apart`: each annex counts its own pages, has its title in
    capitals and says which document it belongs to.
    """

    star_under_issuer: bool
    rule_under_issuer: bool
    rule_under_subject: bool
    recipients_underlined: bool
    recipients_italic: bool
    post_bold: bool
    stroke_at_end: bool
    annexes_apart: bool


@dataclass(frozen=True)
class Profile:
    """One page form. `check_with_office`: we know this rule from second hand; the office must confirm it."""

    name: str
    family: str
    valid_from: date | None
    valid_to: date | None
    heading: HeadingKind
    check_with_office: bool
    page: Page
    sizes: Sizes
    text: TextForm
    marks: Marks

    def is_in_force(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


def read_profile(name: str) -> Profile:
    """Read a page form by its name. Raises NotFoundError for a name we have no form for."""
    known = profile_names()
    if name not in known:
        raise NotFoundError("document.error.unknown_profile", name=name, known=", ".join(known))
    content: dict[str, Any] = tomllib.loads((PROFILES_DIR / f"{name}.toml").read_text("utf-8"))
    return Profile(
        name=name,
        family=content["family"],
        valid_from=content.get("valid_from"),
        valid_to=content.get("valid_to"),
        heading=content["heading"],
        check_with_office=content["check_with_office"],
        page=Page(**content["page"]),
        sizes=Sizes(**content["sizes"]),
        text=TextForm(**content["text"]),
        marks=Marks(**content["marks"]),
    )


def profile_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in PROFILES_DIR.glob("*.toml")))


def profile_choices() -> tuple[str, ...]:
    """Give what a user may ask for: a family of forms, or one form."""
    return tuple(dict.fromkeys((*get_args(HeadingKind), *profile_names())))


def find_profile(wanted: str | None, *, day: date, language: str) -> Profile:
    """Find the form that is asked for by its name, or by its family on a day; else the one of the language.

    The forms of Party and State bodies are rules for documents in Vietnamese: a text in another language is a
    reading copy and takes the plain form, unless told otherwise. Raises NotFoundError.
    """
    wanted = wanted or HABITS.get(language, "plain")
    if wanted not in profile_choices():
        raise NotFoundError("document.error.unknown_profile", name=wanted, known=", ".join(profile_choices()))
    return read_profile(wanted) if wanted in profile_names() else choose_profile(day, wanted)


def choose_profile(day: date, family: str = "party") -> Profile:
    """Choose the form of a family (party, state, plain) in force on the day of the document.

    Raises NotFoundError where none was.
    """
    forms = [read_profile(name) for name in profile_names()]
    fitting = [form for form in forms if form.family == family and form.is_in_force(day)]
    if not fitting:
        raise NotFoundError("document.error.no_profile", family=family, day=day)
    return max(fitting, key=lambda form: form.valid_from or date.min)
