"""The archive of originals that an office's settings name."""

from intake.originals import Originals, open_originals
from settings import Settings


def originals_of(settings: Settings) -> Originals:
    """Open the archive. Raises RefusedError where it is a store and the library for that is not installed."""
    return open_originals(settings.archive, settings.archive_store, settings.workspace)
