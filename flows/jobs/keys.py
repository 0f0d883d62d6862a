"""The work of `dondoc rotate-key`: a new stamp key for blanks to come; an old one is retired when told."""

import os
import secrets
from dataclasses import dataclass

from flows.jobs.auditing import audit_apart
from models.errors import NotFoundError
from settings import Settings, read_stamp_keys


@dataclass(frozen=True)
class KeyOutcome:
    """The key that stamps from now on, and all whose blanks are taken."""

    key: str
    keys: list[str]


def run_rotate_key(settings: Settings, retire: str | None = None) -> KeyOutcome:
    """Make a new stamp key, or retire an old one: blanks stamped with it are taken no more.

    Raises NotFoundError for a key that is not there or is the newest, which stamps.
    """
    newest, keys = read_stamp_keys(settings)
    if retire is None:
        newest = _next_name(keys)
        keys[newest] = secrets.token_bytes(32)
    elif retire == newest or retire not in keys:
        others = ", ".join(name for name in keys if name != newest) or "–"
        raise NotFoundError("cli.no-key", name=retire, others=others)
    else:
        del keys[retire]
    _write(settings, keys)
    audit_apart(settings, "key.retired" if retire else "key.made", retire or newest, keys=list(keys))
    return KeyOutcome(newest, list(keys))


def _next_name(keys: dict[str, bytes]) -> str:
    numbers = [int(name[1:]) for name in keys if name[1:].isdecimal()]
    return f"k{max(numbers, default=0) + 1}"


def _write(settings: Settings, keys: dict[str, bytes]) -> None:
    """Write all keys, the newest last: whole or not at all, and for our own eyes."""
    path = settings.stamp_key_file
    partial = path.with_suffix(".tmp")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.writelines(f"{name} {key.hex()}\n" for name, key in keys.items())
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
