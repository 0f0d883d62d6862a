"""What an office prints around the text of a document: its names, number, place, recipients and signature."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.content import Annex, Block, Paragraph
from reports.profile import Profile
from schemas.texts import Texts

NUMBER_BLANK = " " * 8  # for the registry's hand
RECIPIENTS = ("committee", "boards", "units")


@dataclass(frozen=True)
class Letterhead:
    """The words of one office; None where the page form has words of its own.

    `symbol` may hold {number}, which stays blank for the registry, and {type}, such as BC for a report. `recipients`
    are names, without dash and semicolon. `addressee`: the superiors that a report is addressed to.
    """

    superior: str = ""
    issuer: str | None = None
    symbol: str | None = None
    place: str | None = None
    addressee: tuple[str, ...] = ()
    recipients: tuple[str, ...] | None = None
    on_behalf: str | None = None
    office: str | None = None
    post: str = ""


@dataclass(frozen=True)
class Surroundings:
    """All that is printed around a text, worded and complete."""

    superior: str
    issuer: str
    symbol_line: str
    place_and_date: str
    addressee: tuple[str, ...]
    recipients: tuple[str, ...]
    on_behalf: str
    office: str
    post: str
    annex_reference: str


NO_WORDS = Letterhead()


def surround(
    head: Letterhead,
    profile: Profile,
    texts: Texts,
    *,
    issuer: str,
    type_name: str,
    type_code: str,
    goes_up: bool = True,
) -> Surroundings:
    """Word what stands around a text of a type ("BÁO CÁO", BC); `issuer` is used where the office names none.

    A text that does not go up, such as a notice to units, is addressed to nobody above.
    """
    head = head if goes_up else replace(head, addressee=())

    def said(key: str, **values: str) -> str:
        return texts(f"document.{profile.heading}.{key}", **values)

    issuer = head.issuer or issuer
    pattern = head.symbol or said("symbol", number="{number}", type="{type}")
    symbol_line = pattern.format(number=NUMBER_BLANK, type=type_code)
    place_and_date = said("place_and_date", place=head.place or "…")
    return Surroundings(
        superior=head.superior.upper(),
        issuer=issuer.upper(),
        symbol_line=symbol_line,
        place_and_date=place_and_date,
        addressee=_addressed(head, texts),
        recipients=_listed(head, profile, texts),
        on_behalf=said("on_behalf") if head.on_behalf is None else head.on_behalf,
        office=(texts("document.office") if head.office is None else head.office).upper(),
        post=head.post,
        annex_reference=_reference(profile, texts, type_name, symbol_line, issuer),
    )


def _addressed(head: Letterhead, texts: Texts) -> tuple[str, ...]:
    """Say to whom a report goes: one on the line of the words, several below them."""
    names = [name.strip().rstrip(".;") for name in head.addressee]
    if len(names) < 2:
        return tuple(texts("document.addressee", name=name) for name in names)
    return (texts("document.addressee", name="").strip(), *_ended(names))


def _ended(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"- {name}{'.' if at == len(names) else ';'}" for at, name in enumerate(names, start=1))


def _listed(head: Letterhead, profile: Profile, texts: Texts) -> tuple[str, ...]:
    names = head.recipients
    if names is None:
        keys = ("addressee" if head.addressee else "superior", *RECIPIENTS)
        names = (*(texts(f"document.recipient.{key}") for key in keys), texts(f"document.{profile.heading}.file"))
    return _ended([name.strip().removeprefix("-").strip().rstrip(".;") for name in names])


def _reference(profile: Profile, texts: Texts, type_name: str, symbol_line: str, issuer: str) -> str:
    """Say under an annex's title which document it belongs to, where the form asks for it."""
    if not profile.marks.annexes_apart:
        return ""
    number = (symbol_line[:1].lower() + symbol_line[1:]).replace(":", "", 1)
    return texts("document.annex_reference", type=type_name.capitalize(), symbol=number, issuer=issuer)


def closed(blocks: Sequence[Block], profile: Profile) -> tuple[Block, ...]:
    """End the text as the form wants it ended: with "./." where that is the rule."""
    last = blocks[-1] if blocks else None
    if not (profile.marks.stroke_at_end and isinstance(last, Paragraph)):
        return tuple(blocks)
    return (*blocks[:-1], replace(last, text=last.text.rstrip(".") + "./."))


def dressed(annexes: Sequence[Annex], profile: Profile) -> tuple[Annex, ...]:
    """Set the titles of annexes as the form wants them."""
    if not profile.marks.annexes_apart:
        return tuple(annexes)
    return tuple(replace(annex, title=annex.title.upper()) for annex in annexes)
