"""What a flow run is called in the UI, in the office's language; the workspace and the clock at the edge."""

import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from prefect.runtime import deployment, flow_run
from pydantic import Field

from models.errors import RefusedError
from schemas.texts import load_texts
from settings import Settings, open_workspace

# What a field of the UI takes before a run is made of it; whether it is on record is said by the run.
Symbol = Annotated[str, Field(min_length=3, max_length=60)]
Code = Annotated[str, Field(min_length=1, max_length=40)]


class NowhereError(RefusedError):
    """A worker that was not told where the workspace lies; Prefect shows the sentence."""

    def __str__(self) -> str:
        return load_texts(os.environ.get("DONDOC_LANGUAGE", "vi"))(self.key)


def open_office(workspace: Path | None) -> Settings:
    """Open the workspace of a run. Raises NowhereError on a worker that only has a relative path.

    A worker runs each flow in a folder of its own: a workspace made there would be lost with it.
    """
    chosen = Path(workspace or os.environ.get("DONDOC_WORKSPACE", ""))
    if not chosen.is_absolute() and deployment.id:
        raise NowhereError("flows.nowhere")
    return open_workspace(workspace)


def now_in(settings: Settings) -> datetime:
    return datetime.now(settings.zone)


def run_text(key: str, settings: Settings, **values: Any) -> str:
    return load_texts(settings.language)(f"flows.{key}", **values)


def run_name() -> str:
    """Name the run after its directive, period or day: "Tiếp nhận 14:05 22/11/2026"."""
    parameters = flow_run.get_parameters()
    try:
        settings = open_office(parameters.get("workspace"))
    except (NowhereError, OSError, ValueError):  # the run will fail and say so; here it would crash without a word
        return str(flow_run.get_flow_name())
    name = run_text(f"run.{flow_run.get_flow_name()}", settings, **_values(parameters, settings))
    return " ".join(name.split())


def _values(parameters: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    values = {key: _written(value, settings) for key, value in parameters.items()}
    texts, now = load_texts(settings.language), now_in(settings)
    for key, said in (("received_at", texts.moment(now)), ("as_at", texts.moment(now)), ("on", texts.date(now.date()))):
        values[key] = values.get(key) or said
    return values


def _written(value: object, settings: Settings) -> str:
    texts = load_texts(settings.language)
    if isinstance(value, datetime):
        return texts.moment(settings.local(value).astimezone(settings.zone))
    if isinstance(value, date):
        return texts.date(value)
    if isinstance(value, Path):
        return value.stem
    return "" if value is None else str(value)
