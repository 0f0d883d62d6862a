"""Settings of a workspace: from the environment (DONDOC_*), then dondoc.toml in the workspace, then defaults."""

import os
import re
import secrets
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from models.workdays import WorkCalendar
from reports.profile import profile_choices

DEFAULT_WORKSPACE = Path("workspace")
STORE = re.compile(r"s3://[a-z0-9][a-z0-9.-]{2,62}(/[^?#\s]*)?")  # keys come from the environment, never from here
REVIEW_RECIPIENT = re.compile(r"[^\s@:]+@[^\s@]+|(?:telegram|zalo|teams|webhook):\S+")


class DocumentSettings(BaseModel):
    """How the office's reviews look: their page form, what is printed around the text, a Word template of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str | None = None  # a form (party-36hd) or a family (party, state, plain), then the one in force
    template: Path | None = None  # a .docx, in the workspace if relative; `dondoc check-template` tells what it lacks
    superior: str = ""  # the body above, in the left column of the letterhead
    issuer: str | None = None  # without one, the unit at the root of the tree
    symbol: str | None = None  # such as "Số {number}-{type}/ĐUK"; the number stays blank for the registry
    place: str | None = None  # before the date, such as "Hà Nội"
    addressee: tuple[str, ...] = ()  # whom a report to a superior is addressed to: "Kính gửi: …" below the title
    recipients: tuple[str, ...] | None = None  # one a line, without dash and semicolon
    on_behalf: str | None = None  # such as T/M
    office: str | None = None  # in whose name it is signed, such as "BAN THƯỜNG VỤ"
    post: str = ""  # such as "PHÓ BÍ THƯ"; a person's name is left to the hand that signs

    @field_validator("profile")
    @classmethod
    def _ensure_known_form(cls, wanted: str | None) -> str | None:
        if wanted and wanted not in profile_choices():
            raise ValueError(wanted)
        return wanted

    @field_validator("symbol")
    @classmethod
    def _ensure_pattern(cls, pattern: str | None) -> str | None:
        try:
            (pattern or "").format(number="", type="")
        except (LookupError, AttributeError) as error:  # a name between braces that we know nothing of
            raise ValueError(pattern) from error
        return pattern


class Settings(BaseSettings):
    """One workspace: where its folders lie and how its office wants things done."""

    model_config = SettingsConfigDict(env_prefix="DONDOC_", frozen=True, extra="ignore", hide_input_in_errors=True)

    workspace: Path = DEFAULT_WORKSPACE  # the folder in which everything of an office lies
    database_url: str | None = None  # such as postgresql+psycopg://…; without one, SQLite in the workspace
    language: Literal["vi", "en"] = "vi"  # of what is printed and sent
    timezone: str = "Asia/Ho_Chi_Minh"  # of every time that is given without an offset
    document: DocumentSettings = DocumentSettings()
    banner: str | None = None  # printed on every page, such as the demo's "invented figures"
    mail_from: str = "dondoc@example.invalid"  # the sender of all messages
    smtp_host: str | None = None  # without one, messages are written to outbox-mail/ as .eml files
    smtp_port: int = 25  # 587 starttls, 465 tls
    smtp_security: Literal["auto", "none", "starttls", "tls"] = "auto"  # by port: 465 tls, 587 starttls
    smtp_user: str | None = None  # without one, nobody logs in
    smtp_password: SecretStr | None = None  # set it as DONDOC_SMTP_PASSWORD
    mail_per_minute: int = Field(default=60, ge=1)  # what the mail server bears, all senders together
    telegram_token: SecretStr | None = None  # of the bot
    telegram_chats: dict[str, str] = {}  # unit → number of the chat that the bot writes to
    zalo_token: SecretStr | None = None  # of the Official Account; Zalo lets it hold for 25 hours
    zalo_users: dict[str, str] = {}  # unit → id that Zalo gives the account's follower
    teams_hooks: dict[str, SecretStr] = {}  # unit → address of its Teams workflow
    webhooks: dict[str, SecretStr] = {}  # unit → address that takes JSON
    webhook_token: SecretStr | None = None  # goes along as "Authorization: Bearer …"
    notice_cap: int = Field(default=500, ge=0)  # messages a run; a wrong due date must not mail a thousand offices
    tell_accepted: bool = False  # by message; refusals always are, and the receipt lies in the outbox anyway
    quiet_periods: int = Field(default=3, ge=1)  # so many without any file: the superior and the office are told
    deliver_reviews_to: tuple[
        str, ...
    ] = ()  # who gets an approved review: a@b.vn, or a channel's unit such as teams:K00
    send_from: time = time(7, 30)  # messages leave on working days from here …
    send_until: time = time(17, 0)  # … to before here
    accept_unstamped: bool = False  # takes workbooks that bear no stamp of ours; anybody may then write one
    archive_folder: str | Path | None = None  # of originals: on another disk, or s3://bucket/prefix in a store
    free_space_floor: int = Field(default=1 << 30, ge=0)  # bytes; with less free, files wait in the inbox
    poll_seconds: float = Field(default=15, gt=0)  # between two looks of `collect --watch`
    days_off: tuple[date, ...] = ()  # decreed days off that no list of public holidays has yet
    working_days: tuple[date, ...] = ()  # Saturdays and Sundays worked in exchange
    grace_minutes: float = Field(default=15, gt=0)  # a copy that stands still this long will not be finished

    @field_validator("archive_folder")
    @classmethod
    def _ensure_place(cls, place: str | Path | None) -> str | Path | None:
        if "://" in str(place) and not STORE.fullmatch(str(place)):
            raise ValueError(place)  # of stores we know one kind
        return place

    @field_validator("send_until")
    @classmethod
    def _ensure_hours(cls, until: time, info: ValidationInfo) -> time:
        if until <= info.data.get("send_from", time.min):
            raise ValueError(until)  # hours without a minute in them would send nothing for ever
        return until

    @field_validator("deliver_reviews_to")
    @classmethod
    def _ensure_reachable(cls, entries: tuple[str, ...]) -> tuple[str, ...]:
        for entry in entries:
            if not REVIEW_RECIPIENT.fullmatch(entry):
                raise ValueError(entry)
        return entries

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        folder = init_settings.init_kwargs.get("workspace", DEFAULT_WORKSPACE)  # type: ignore[attr-defined]
        toml = TomlConfigSettingsSource(settings_cls, Path(folder) / "dondoc.toml")
        return init_settings, env_settings, toml

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{self.workspace / 'dondoc.db'}"

    @property
    def inbox(self) -> Path:
        return self.workspace / "inbox"

    @property
    def claimed(self) -> Path:
        return self.inbox / ".claimed"

    @property
    def outbox(self) -> Path:
        return self.workspace / "outbox"

    @property
    def archive(self) -> Path:
        """The folder of originals; without use where they lie in a store."""
        return self.workspace / ("archive" if self.archive_store else self.archive_folder or "archive")

    @property
    def archive_store(self) -> str | None:
        """The address of the store in which originals lie, where it is no folder."""
        return str(self.archive_folder) if "://" in str(self.archive_folder) else None

    @property
    def archive_folders(self) -> tuple[Path, ...]:
        """The folder of originals, or none where they lie in a store."""
        return () if self.archive_store else (self.archive,)

    @property
    def grace(self) -> timedelta:
        return timedelta(minutes=self.grace_minutes)

    @property
    def reviews(self) -> Path:
        return self.workspace / "reviews"

    @property
    def template(self) -> Path | None:
        """The office's own Word template, where it has one."""
        return self.document.template and self.workspace / self.document.template

    @property
    def board(self) -> Path:
        return self.workspace / "board" / "index.html"

    @property
    def analytics(self) -> Path:
        return self.workspace / "analytics"

    @property
    def logs(self) -> Path:
        return self.workspace / "logs"

    @property
    def mail_folder(self) -> Path:
        return self.workspace / "outbox-mail"

    @property
    def calendar(self) -> WorkCalendar:
        """Working days as the office was told; a day in both lists is worked."""
        return WorkCalendar(dict.fromkeys(self.days_off, False) | dict.fromkeys(self.working_days, True))

    @property
    def stamp_key_file(self) -> Path:
        return self.workspace / "stamp.key"

    def local(self, at: datetime) -> datetime:
        """Read a time without an offset as local time."""
        return at.replace(tzinfo=self.zone) if at.tzinfo is None else at


class WrongSettingsError(ValueError):
    """Names the settings that cannot be used, and never what they say: one of them may be a password."""


def read_settings(workspace: Path) -> Settings:
    """Read the settings of a workspace. Raises WrongSettingsError.

    The error behind it is dropped: it holds the values, and Prefect keeps whatever a run fails with.
    """
    try:
        return Settings(workspace=workspace.resolve())
    except ValidationError as error:
        named = ", ".join(".".join(map(str, one["loc"])) for one in error.errors(include_input=False))
    except ValueError as error:  # no TOML, or no JSON where a list or a table is wanted
        named = str(error)
    raise WrongSettingsError(named)


def find_settings(folder: Path | None = None) -> Settings:
    """Read the settings of the workspace that is meant. Raises WrongSettingsError."""
    return read_settings(folder or Path(os.environ.get("DONDOC_WORKSPACE", DEFAULT_WORKSPACE)))


def open_workspace(folder: Path | None = None) -> Settings:
    """Find the workspace, make its folders and its stamp key where they are missing. Raises WrongSettingsError."""
    settings = find_settings(folder)
    for path in (settings.inbox, settings.claimed, settings.outbox, *settings.archive_folders, settings.reviews,
                 settings.analytics, settings.board.parent):  # fmt: skip
        path.mkdir(parents=True, exist_ok=True)
    if not settings.stamp_key_file.exists():
        _write_key(settings.stamp_key_file)
    return settings


def _write_key(path: Path) -> None:
    path.touch(mode=0o600)
    path.write_text(f"k1 {secrets.token_hex(32)}\n", encoding="ascii")


def read_stamp_keys(settings: Settings) -> tuple[str, dict[str, bytes]]:
    """Give the id of the newest key and all keys; the last line of the file is the newest."""
    lines = settings.stamp_key_file.read_text("ascii").split("\n")
    keys = {name: bytes.fromhex(value) for name, value in (line.split() for line in lines if line.strip())}
    return list(keys)[-1], keys
