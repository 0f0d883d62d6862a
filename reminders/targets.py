"""Where messages can go: the mail server, Telegram, Teams, Zalo, a web hook. Secrets are shown nowhere."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Security = Literal["auto", "none", "starttls", "tls"]
SHORTEST_KEY = 16  # letters
BY_PORT: Mapping[int, Security] = {465: "tls", 587: "starttls"}
TELEGRAM, TEAMS, ZALO, WEBHOOK = CHATS = ("telegram", "teams", "zalo", "webhook")


@dataclass(frozen=True)
class Patience:
    """Seconds that a try may take: to connect, to wait for an answer, and as a whole."""

    connect: float = 15.0
    answer: float = 60.0
    whole: float = 150.0  # shorter than a lease: whoever sends still holds the message when it ends


@dataclass(frozen=True)
class MailServer:
    """The server that takes our mail."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    wanted: Security = "auto"

    @property
    def security(self) -> Security:
        """Give how the line is encrypted; "auto" goes by the port, and on any other a log-in asks for encryption."""
        if self.wanted != "auto":
            return self.wanted
        return BY_PORT.get(self.port, "starttls" if self.user else "none")

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.password,) if self.password else ()


def _secrets_in(addresses: Iterable[str]) -> tuple[str, ...]:
    """Give the addresses of hooks and what in them may be a key of its own."""
    pieces = {piece for address in addresses for piece in (address, *re.split("[/?&=]", address))}
    return tuple(sorted((piece for piece in pieces if len(piece) >= SHORTEST_KEY), key=len, reverse=True))


@dataclass(frozen=True)
class TelegramBot:
    """A bot that writes to chats; a recipient is the number of a chat."""

    token: str = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.token,)


@dataclass(frozen=True)
class TeamsHooks:
    """Addresses of Teams workflows by recipient; an address holds its own signature."""

    addresses: Mapping[str, str] = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        return _secrets_in(self.addresses.values())


@dataclass(frozen=True)
class WebHooks:
    """Addresses that take a JSON document, by recipient; the token goes along in a header."""

    addresses: Mapping[str, str] = field(repr=False)
    token: str | None = field(default=None, repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        return (*_secrets_in(self.addresses.values()), *([self.token] if self.token else []))


@dataclass(frozen=True)
class ZaloAccount:
    """An Official Account; a recipient is the id that Zalo gives one of its followers."""

    token: str = field(repr=False)
    api: str = "https://openapi.zalo.me"

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.token,)


Target = MailServer | TelegramBot | TeamsHooks | WebHooks | ZaloAccount
