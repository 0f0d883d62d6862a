"""The work of `dondoc compare`: what moved from one review to another, and which returns moved it."""

from flows.jobs.record import read_record
from models.errors import RefusedError
from models.queries import reviews
from models.queries.moved import Moved, list_moved
from settings import Settings


def run_compare(settings: Settings, before: str, after: str) -> Moved:
    """Compare the frozen figures of two reviews. Raises NotFoundError, and RefusedError for unlike reviews."""
    with read_record(settings) as session:
        old, new = (reviews.get_review(session, name) for name in (before, after))
        names = (reviews.name_of(old), reviews.name_of(new))
        if old.directive_id != new.directive_id:
            raise RefusedError("review.job.unlike", before=names[0], after=names[1])
        return list_moved(session, old, new, names)
