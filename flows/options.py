"""Options that commands share, and how a command goes to work: through a Prefect server, or at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from flows import console
from flows.engine import Engine, engage
from models.errors import RefusedError

if TYPE_CHECKING:  # pydantic-settings takes a third of the time that `--help` may take
    from settings import Settings

HELP = console.texts_of_environment()


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """What every command takes."""

    workspace: Annotated[Path | None, Parameter(help=HELP("cli.help.workspace"))] = None
    json: Annotated[bool, Parameter(negative="", help=HELP("cli.help.json"))] = False
    engine: Annotated[Engine, Parameter(help=HELP("cli.help.engine"))] = "auto"

    def open(self) -> "Settings":
        """Open the workspace. Raises RefusedError where it, or one of its settings, cannot be used."""
        from settings import open_workspace

        return self._settings(open_workspace)

    def read(self) -> "Settings":
        """Read the settings of a workspace that need not be there yet, and make nothing. Raises RefusedError."""
        from settings import find_settings

        return self._settings(find_settings)

    def _settings(self, find: "Callable[[Path | None], Settings]") -> "Settings":
        console.speak(as_json=self.json)
        try:
            settings = find(self.workspace)
            str(settings.zone)
        except OSError as error:
            raise RefusedError("cli.workspace", found=error) from error
        except (ValueError, KeyError) as error:  # a wrong value, a file that is no TOML, an unknown time zone
            raise RefusedError("cli.settings", found=error) from error
        console.speak(as_json=self.json, language=settings.language)
        return settings


COMMON = Common()
ReviewKind = Literal["five-year", "yearly", "nine-month", "two-rounds", "summary", "notice"]
RecordedAt = Annotated[datetime | None, Parameter(help=HELP("cli.help.recorded_at"))]
Out = Annotated[Path | None, Parameter(help=HELP("cli.help.out"))]


@Parameter(name="*")
@dataclass(frozen=True)
class ExceptionOptions:
    """Which returns of a unit an exception is for, why, and who made it when."""

    unit: str
    period: str
    reason: str
    by: str | None = None
    directive: str | None = None
    kind: Literal["own", "consolidated"] | None = None
    recorded_at: RecordedAt = None


@Parameter(name="*")
@dataclass(frozen=True)
class SendingOrders:
    """Whether messages may leave at all."""

    stop: Annotated[str | None, Parameter(help=HELP("cli.help.stop"))] = None
    go: Annotated[bool, Parameter(negative="", help=HELP("cli.help.go"))] = False


NO_ORDERS = SendingOrders()


@Parameter(name="*")
@dataclass(frozen=True)
class DecisionOptions:
    """What an operator decides about a message that did not arrive, or may not have; nothing by default."""

    resend: Annotated[str | None, Parameter(help=HELP("cli.help.resend"))] = None
    mark_sent: Annotated[str | None, Parameter(help=HELP("cli.help.mark_sent"))] = None
    give_up: Annotated[str | None, Parameter(help=HELP("cli.help.give_up"))] = None
    to: Annotated[str | None, Parameter(help=HELP("cli.help.to"))] = None
    reason: Annotated[str | None, Parameter(help=HELP("cli.help.reason"))] = None
    by: Annotated[str | None, Parameter(help=HELP("cli.help.by"))] = None


NO_DECISION = DecisionOptions()


def at_or_now(settings: "Settings", at: datetime | None) -> datetime:
    return settings.local(at) if at else datetime.now(settings.zone)


def through(common: Common, *, direct: Callable[[], Any], flow: Callable[[], Any]) -> Any:
    """Run one or the other; the result is the same. A refusal comes back from a flow as its value."""
    server = engage(common.engine, common.open().workspace)
    if server is None:
        if common.engine == "auto":
            console.note("cli.engine.direct")
        return direct()
    console.note("cli.engine.prefect" if server else "cli.engine.temporary", server=server)
    outcome = flow()
    if isinstance(outcome, console.MENDABLE):
        raise outcome
    return outcome
