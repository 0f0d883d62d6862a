"""Which channels are open in a run: one whose service fails again and again is left alone for the rest of it."""

from collections import Counter
from dataclasses import dataclass, field

from reminders.message import Fate, Outcome

MOST_FAILURES = 3  # in a row; then hundreds of messages would wait for the same silence, or all end as unknown
OF_SERVICE = frozenset({"unreachable", "no-answer", "too-slow", "folder"})  # says nothing about the message
OF_SETTINGS = frozenset({"access", "settings"})  # no other message would fare better


@dataclass
class Lines:
    """The channels that a run has closed, and how often in a row each has failed."""

    closed: set[str] = field(default_factory=set)
    failures: Counter[str] = field(default_factory=Counter)

    def note(self, channel: str, outcome: Outcome) -> None:
        """Take note of what became of a try over a channel."""
        self.failures[channel] = self.failures[channel] + 1 if outcome.reason in OF_SERVICE else 0
        if self.failures[channel] >= MOST_FAILURES or outcome.reason in OF_SETTINGS:
            self.closed.add(channel)


def is_to_blame(outcome: Outcome) -> bool:
    """Whether a refusal to take a message now is about the message; a service that is down is waited for."""
    return outcome.fate is Fate.RETRY and outcome.reason not in OF_SERVICE | OF_SETTINGS
