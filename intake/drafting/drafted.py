"""What a drafted directive is made of, between the stages of the draft and for whoever writes the plan."""

from dataclasses import dataclass
from datetime import date

from intake.drafting.catalogue import Shortcoming


@dataclass(frozen=True)
class DraftDocument:
    """The document itself, as far as its text says; None where it does not. No name of a person is in it."""

    symbol: str | None
    type: str | None
    issuer: str | None
    issued_on: date | None
    title: str | None
    blank_symbol: str | None = None  # "-CT/ĐUK" where the number is still to be given
    superior: str | None = None  # the body above the issuer in the letterhead
    place: str | None = None
    recipients: tuple[str, ...] = ()
    signed_for: str | None = None
    signed_as: str | None = None
    is_news: bool = False  # the text tells of documents and is none itself

    @property
    def is_found(self) -> bool:
        """Whether the text says that it is a document."""
        return any((self.symbol, self.blank_symbol, self.type))


@dataclass(frozen=True)
class DocumentLink:
    """What the text says of two documents it cites: the one implements, continues … the other."""

    symbol: str  # the other
    relation: str
    quote: str
    inferred: bool


@dataclass(frozen=True)
class CitedDocument:
    """A document the text names by its symbol; `quote` says how, `inferred` if it only hints at it."""

    symbol: str
    type: str | None
    issuer: str | None
    issued_on: date | None
    relation: str
    quote: str
    inferred: bool
    title: str | None = None  # only where the text gives it in quotation marks
    links: tuple[DocumentLink, ...] = ()


@dataclass(frozen=True)
class NamedDocument:
    """A document the text names without a number: its type, its whole name, and the words it stands in."""

    type: str
    name: str
    quote: str


@dataclass(frozen=True)
class Guess:
    """What one field of a clause rests on: the words, verbatim or empty, and how sure that is, 0 to 1."""

    of: str
    words: str
    confidence: float


@dataclass(frozen=True)
class DraftClause:
    """One thing the text asks, verbatim; `evidence`: the words the guesses rest on; `confidence`: of the weakest."""

    path: str
    text: str
    kind: str
    leads: tuple[str, ...]
    coordinators: tuple[str, ...]
    monitors: tuple[str, ...]
    due: date | None
    time_expression: str | None
    evidence: str
    confidence: float
    section_title: str
    guesses: tuple[Guess, ...] = ()
    assessed: tuple[str, ...] = ()
    recurrence: str | None = None  # day and month of what is due every year
    proposed: bool = False  # the text asks nothing; this would overcome what it finds wrong
    parent: str | None = None  # the path of the clause this one stands under


@dataclass(frozen=True)
class Draft:
    """A directive's text taken apart."""

    document: DraftDocument
    documents: tuple[CitedDocument, ...]
    clauses: tuple[DraftClause, ...]
    shortcomings: tuple[Shortcoming, ...] = ()
    unnumbered: tuple[NamedDocument, ...] = ()
