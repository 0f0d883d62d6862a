"""What the sender or the office can mend is no fault of ours: such a run is completed, under a name of its own."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.console import MENDABLE, refusal
from flows.naming import run_text
from models.errors import DondocError
from schemas.texts import load_texts
from settings import Settings, open_workspace

P = ParamSpec("P")
T = TypeVar("T")


def refusable(work: Callable[P, T]) -> Callable[P, T | DondocError]:
    """Let a task give a refusal as its value: Prefect would write a trace of it where a sentence is enough."""

    @wraps(work)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T | DondocError:
        try:
            return work(*args, **kwargs)
        except MENDABLE as error:
            return error

    return guarded


def concluded(outcome: T | DondocError, settings: Settings) -> T:
    """Give what a flow returns: the outcome, or a completed state named after the refusal that holds it."""
    if not isinstance(outcome, DondocError):
        return outcome
    refused = named("refused", outcome, refusal(outcome, load_texts(settings.language)), settings)
    return cast(T, refused)


def failed(error: DondocError, settings: Settings) -> State[Any]:
    """Give a failed state that says in a sentence what keeps the work from being done; the next run tries again."""
    return Failed(message=refusal(error, load_texts(settings.language)), data=error)


def failing_plainly(work: Callable[Concatenate[Path, P], T]) -> Callable[Concatenate[Path, P], T]:
    """Let a task fail with a sentence; raised, it would be a trace on the operators' page."""

    @wraps(work)
    def guarded(workspace: Path, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return work(workspace, *args, **kwargs)
        except MENDABLE as error:
            return cast(T, failed(error, open_workspace(workspace)))  # Prefect takes a state for the outcome

    return guarded


def named(key: str, outcome: T, said: str, settings: Settings) -> T:
    """Give an outcome as a completed state with a name and a message of its own."""
    state: State[T] = Completed(name=run_text(key, settings), message=said, data=outcome)
    return cast(T, state)  # Prefect takes a state for the outcome that it holds
