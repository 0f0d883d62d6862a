"""What is wrong with the channels of an office, as far as can be seen without sending anything."""

from collections.abc import Collection, Iterator

from sqlalchemy.exc import SQLAlchemyError

from flows.jobs.channels import open_targets
from flows.jobs.record import connected
from models.queries.receipts import unit_ids
from models.store import reading
from reminders.message import MAIL
from reminders.probe import find_mail_fault
from reminders.targets import MailServer
from settings import Settings

WORKFLOW = "/workflows/"  # in every address of a Teams workflow


def check_mail(settings: Settings) -> str | None:
    """Log in to the mail server; give where and why that failed."""
    server = open_targets(settings).get(MAIL)
    fault = find_mail_fault(server) if isinstance(server, MailServer) else None
    return fault and f"{settings.smtp_host}:{settings.smtp_port} ({fault})"


def check_chats(settings: Settings) -> str | None:
    """Name the settings of chats that can reach nobody; never what they say."""
    return ", ".join(dict.fromkeys(_faults(settings, _units(settings)))) or None


def _units(settings: Settings) -> Collection[str] | None:
    """Give the units on record; None where there is no record to ask."""
    try:
        with connected(settings) as engine, reading(engine) as session:
            return unit_ids(session).keys()
    except SQLAlchemyError:
        return None


def _faults(settings: Settings, units: Collection[str] | None) -> Iterator[str]:
    hooks = {"teams_hooks": settings.teams_hooks, "webhooks": settings.webhooks}
    chats: dict[str, Collection[str]] = {"telegram_chats": settings.telegram_chats, "zalo_users": settings.zalo_users}
    named = [f"{name}.{unit}" for name, of in (chats | hooks).items() for unit in of]
    if units is not None:
        yield from (one for one in named if one.partition(".")[2] not in units)
    if settings.telegram_chats and not settings.telegram_token:
        yield "telegram_token"
    if settings.zalo_users and not settings.zalo_token:
        yield "zalo_token"
    for name, addresses in hooks.items():
        for unit, address in addresses.items():
            if not _is_safe(name, address.get_secret_value(), has_token=settings.webhook_token is not None):
                yield f"{name}.{unit}"


def _is_safe(name: str, address: str, *, has_token: bool) -> bool:
    """Whether an address is one for messages; without encryption only a hook to which no token goes."""
    if name == "teams_hooks":
        return address.startswith("https://") and WORKFLOW in address
    return address.startswith("https://") or (address.startswith("http://") and not has_token)
