"""What a flow run is called in the UI, in the office's language, and the clock at the edge."""

from datetime import datetime
from typing import Any

from prefect.runtime import flow_run

from schemas.texts import load_texts
from settings import Settings, open_workspace


def now_in(settings: Settings) -> datetime:
    return datetime.now(settings.zone)


def run_text(key: str, settings: Settings, **values: Any) -> str:
    return load_texts(settings.language)(f"flows.{key}", **values)


def run_name() -> str:
    """Name the run after its directive, period or day: "Tiếp nhận 14:05 22/11/2026"."""
    parameters = flow_run.get_parameters()
    settings = open_workspace(parameters.get("workspace"))
    texts = load_texts(settings.language)
    values = {key: _written(value, texts) for key, value in parameters.items()}
    now = texts.moment(now_in(settings))
    for key in ("received_at", "on", "as_at"):
        values[key] = values.get(key) or now
    values["unit"] = values.get("unit") or ""
    return texts(f"flows.run.{flow_run.get_flow_name()}", **values).strip()


def _written(value: object, texts: Any) -> str:
    if isinstance(value, datetime):
        return str(texts.moment(value))
    if hasattr(value, "year"):
        return str(texts.date(value))
    return getattr(value, "stem", None) or ("" if value is None else str(value))
