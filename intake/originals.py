"""Where originals lie, each named by its SHA-256: a folder, or a store of the S3 kind. Nothing else knows which."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from intake import folder
from models.errors import ArchiveAwayError, RefusedError

T = TypeVar("T")
UNFINISHED = ".originals-"  # begins the name of a folder of copies, which goes with the work that needed them
PROBE = ".probe"  # stays in the store: the key needs no right to remove anything
BOUNDS = {"connect_timeout": 5, "read_timeout": 30, "retries": {"total_max_attempts": 2}}


class WholeOnes(dict[str, T]):
    """What was found by SHA-256; asked for another, it says that the archive has it not, or not as it was."""

    def __missing__(self, sha256: str) -> T:
        raise RefusedError("archive.damaged", sha256=sha256)


class Originals(Protocol):
    """What the archive can do. All of it raises ArchiveAwayError where a store does not answer, or refuses."""

    def ensure_open(self) -> None:
        """Whether originals can be kept now."""

    def keep(self, claimed: folder.Claim) -> folder.Archived | None:
        """Keep a claimed file; None where there is nothing to keep yet. Raises OSError; the claim stands then."""

    def put(self, sha256: str, write: Callable[[Path], object]) -> None:
        """Keep what `write` writes to a path, unless it is there."""

    def is_whole(self, sha256: str) -> bool:
        """Whether an original is there, and is what its name says."""

    def at_hand(self, hashes: Iterable[str]) -> AbstractContextManager[Mapping[str, Path]]:
        """Give local paths to read from, for a while; of a store only of what is whole."""

    def remove_partials(self, before: datetime) -> None:
        """Remove what was cut off before a moment."""

    def ensure_in_order(self) -> None:
        """Whether a store can be written to and read from; of folders others ask."""


def open_originals(place: Path, store: str | None, workspace: Path) -> Originals:
    """Open the archive. Raises RefusedError where the library of the store is not installed."""
    return Folder(place) if store is None else Store(store, workspace)


class Folder:
    """Originals in a folder."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def ensure_open(self) -> None:
        return

    def keep(self, claimed: folder.Claim) -> folder.Archived | None:
        return folder.archive(claimed, self.place)

    def put(self, sha256: str, write: Callable[[Path], object]) -> None:
        """One that lies there already is the same, as it is named by its content."""
        target = self.place / sha256
        if not target.exists():
            partial = target.with_name(f".{target.name}.tmp")
            partial.unlink(missing_ok=True)
            write(partial)
            partial.chmod(0o440)
            partial.replace(target)

    def is_whole(self, sha256: str) -> bool:
        try:
            return _sha256(self.place / sha256) == sha256
        except FileNotFoundError:
            return False

    def at_hand(self, hashes: Iterable[str]) -> AbstractContextManager[Mapping[str, Path]]:
        return nullcontext(WholeOnes({one: self.place / one for one in hashes}))

    def remove_partials(self, before: datetime) -> None:
        folder.remove_partials(self.place, before)

    def ensure_in_order(self) -> None:
        return


class Store:
    """Originals in a bucket: an object appears whole or not at all, and is read back before it counts as kept."""

    def __init__(self, address: str, workspace: Path) -> None:
        self.address, self.workspace = address, workspace
        try:  # only here: the library takes nearly a second to load
            import s3fs  # noqa: F401
            from upath import UPath
        except ImportError as error:
            raise RefusedError("archive.no-extra", place=address) from error
        self.root = UPath(address, use_listings_cache=False, config_kwargs=BOUNDS)

    def ensure_open(self) -> None:
        """Ask for the bucket: one that is gone answers for every object as if that alone were missing."""
        with self._asking():
            try:
                self.root.fs.call_s3("head_bucket", Bucket=self.root.path.partition("/")[0])
            except FileNotFoundError as error:
                raise OSError(None, str(error)) from error

    def keep(self, claimed: folder.Claim) -> folder.Archived | None:
        """Copy the claim as into a folder, then send the copy, which nobody writes to any more."""
        with self._folder() as copies:
            arrived = folder.archive(claimed, copies)
            if arrived is not None and not self.is_whole(arrived.sha256):
                self._send(copies / arrived.sha256)
            return arrived

    def put(self, sha256: str, write: Callable[[Path], object]) -> None:
        if not self.is_whole(sha256):
            with self._folder() as copies:
                write(copies / sha256)
                self._send(copies / sha256)

    def is_whole(self, sha256: str) -> bool:
        with self.at_hand([sha256]) as found:
            return sha256 in found

    @contextmanager
    def at_hand(self, hashes: Iterable[str]) -> Iterator[Mapping[str, Path]]:
        with self._folder() as copies:
            fetched = ((one, self._fetch(one, copies / one)) for one in hashes)
            yield WholeOnes({one: path for one, path in fetched if path is not None})

    def remove_partials(self, before: datetime) -> None:
        return  # an upload that was cut off never becomes an object

    def ensure_in_order(self) -> None:
        self.ensure_open()
        with self._asking():
            (self.root / PROBE).write_bytes(b"dondoc")
            (self.root / PROBE).read_bytes()

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=self.workspace, prefix=UNFINISHED) as copies:
            yield Path(copies)

    def _send(self, copy: Path) -> None:
        """Send a copy, in the place of what may be there damaged."""
        with self._asking():
            self.root.fs.put_file(str(copy), (self.root / copy.name).path)
        if not self.is_whole(copy.name):
            raise ArchiveAwayError("archive.altered", place=self.address)

    def _fetch(self, sha256: str, target: Path) -> Path | None:
        with self._asking():
            try:
                self.root.fs.get_file((self.root / sha256).path, str(target))
            except FileNotFoundError:
                self.ensure_open()
                return None
        return target if _sha256(target) == sha256 else None

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Say what the store or the way to it refuses in one sentence, the same for every object."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except (OSError, BotoCoreError, ClientError) as error:
            found = getattr(error, "strerror", None) or type(error).__name__
            raise ArchiveAwayError("archive.away", place=self.address, found=found) from error


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
