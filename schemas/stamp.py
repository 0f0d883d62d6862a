"""The stamp of a return workbook: a cross-check of what it was issued for, not a proof of who sent it."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import astuple, dataclass

PROPERTY = "dondoc.stamp"  # the custom document property
NAME = "_dondoc_stamp"  # the defined name: LibreOffice and some mail gateways drop one of the two


@dataclass(frozen=True)
class Stamp:
    """What a workbook was issued for."""

    unit: str
    directive: str
    period: str
    kind: str
    layout: str  # return-1


def make_stamp(stamp: Stamp, key_id: str, keys: Mapping[str, bytes]) -> str:
    """Give the token: key id, payload and HMAC-SHA256, safe in a property and in a name."""
    payload = base64.urlsafe_b64encode("|".join(astuple(stamp)).encode()).decode().rstrip("=")
    return f"{key_id}.{payload}.{_sign(payload, keys[key_id])}"


def find_stamp(token: str, keys: Mapping[str, bytes]) -> Stamp | None:
    """Give what the token says, or None where it is not ours or was altered."""
    parts = token.strip().strip('"').split(".")
    if len(parts) != 3 or parts[0] not in keys:
        return None
    if not hmac.compare_digest(_sign(parts[1], keys[parts[0]]), parts[2]):
        return None
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    fields = base64.urlsafe_b64decode(padded).decode().split("|")
    return Stamp(*fields) if len(fields) == len(Stamp.__dataclass_fields__) else None


def _sign(payload: str, key: bytes) -> str:
    return hmac.new(key, payload.encode(), hashlib.sha256).hexdigest()[:32]
