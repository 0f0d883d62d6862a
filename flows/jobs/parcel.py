"""A backup as a file: a zip whose manifest says the size and the SHA-256 of every member."""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from models.errors import RefusedError

FORMAT = 1
MANIFEST, RECORD = "manifest.json", "record.db"
CHUNK = 1 << 20
LARGEST_MANIFEST = 1 << 28
THEN = (1980, 1, 1, 0, 0, 0)  # members bear no time: the same house gives the same bytes
PACKED = frozenset({".xlsx", ".docx", ".pdf", ""})  # packed already; an original has no ending
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError, OSError)


@dataclass(frozen=True)
class Member:
    """One file of a backup."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """What a backup says of itself.

    `lost` are originals that the record names and the archive has not, or not as they were; `left_out` the settings
    that have to be given anew.
    """

    product: str
    migration: str
    made_at: str
    workspace: str
    receipts: int
    lost: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def bytes(self) -> int:
        return sum(one.size for one in self.members.values())


class Parcel:
    """A backup that is being written."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.archive, self.manifest = archive, manifest

    def add(self, name: str, path: Path) -> Member | None:
        """Add a file as it is now; None where it is gone by now."""
        try:
            with path.open("rb") as source:
                return self._write(name, source)
        except FileNotFoundError:
            return None

    def add_bytes(self, name: str, data: bytes) -> None:
        with self.archive.open(_info(name), "w") as target:
            target.write(data)
        self.manifest.members[name] = Member(len(data), hashlib.sha256(data).hexdigest())

    def _write(self, name: str, source: BinaryIO) -> Member:
        digest, size = hashlib.sha256(), 0
        with self.archive.open(_info(name), "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += target.write(chunk)
        self.manifest.members[name] = Member(size, digest.hexdigest())
        return self.manifest.members[name]


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, THEN)
    info.compress_type = zipfile.ZIP_STORED if PurePosixPath(name).suffix in PACKED else zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


@contextmanager
def new_parcel(path: Path, manifest: Manifest) -> Iterator[Parcel]:
    """Write a backup for our own eyes, safe from a power cut; its manifest comes last."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        with zipfile.ZipFile(file, "w", compresslevel=1) as archive:
            yield Parcel(archive, manifest)
            archive.writestr(_info(MANIFEST), json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def open_parcel(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a backup in which every member is what the manifest says. Raises RefusedError, and has written nothing."""
    try:
        archive = zipfile.ZipFile(file)
    except OSError as error:
        raise RefusedError("restore.no-file", path=file, found=error.strerror or error) from error
    except BROKEN as error:
        raise RefusedError("restore.no-backup", path=file) from error
    with archive:
        manifest = _read_manifest(archive, file)
        _ensure_names(archive, manifest, file)
        for name in manifest.members:
            _ensure_member(archive, name, manifest, file)
        yield archive, manifest


def _read_manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        with archive.open(MANIFEST) as source:
            said = json.loads(source.read(LARGEST_MANIFEST))
        written = said["format"]
        if written == FORMAT:
            return Manifest(**said | {"members": {name: Member(**one) for name, one in said["members"].items()}})
        is_newer = written > FORMAT
    except (*BROKEN, TypeError, AttributeError) as error:
        raise RefusedError("restore.no-backup", path=file) from error
    raise RefusedError("restore.newer-format" if is_newer else "restore.no-backup", path=file, written=written)


def _ensure_names(archive: zipfile.ZipFile, manifest: Manifest, file: Path) -> None:
    """Every member is named once, in the manifest too, and lies nowhere but below the workspace."""
    names = archive.namelist()
    for name in names:
        if not is_inside(name):
            raise RefusedError("restore.unsafe", path=file, name=name)
    if sorted(names) != sorted([*manifest.members, MANIFEST]) or RECORD not in manifest.members:
        raise RefusedError("restore.incomplete", path=file)


def is_inside(name: str) -> bool:
    """Whether a member's name is a path below the folder it is unpacked in."""
    return not ({"", ".", ".."} & set(name.split("/")) or "\\" in name or "\0" in name)


def _ensure_member(archive: zipfile.ZipFile, name: str, manifest: Manifest, file: Path) -> None:
    wanted, digest, size = manifest.members[name], hashlib.sha256(), 0
    try:
        for chunk in _chunks(archive, name, wanted.size):
            digest.update(chunk)
            size += len(chunk)
    except BROKEN as error:
        raise RefusedError("restore.damaged", path=file, name=name) from error
    if Member(size, digest.hexdigest()) != wanted:
        raise RefusedError("restore.damaged", path=file, name=name)


def _chunks(archive: zipfile.ZipFile, name: str, most: int) -> Iterator[bytes]:
    """Read a member, and no more of it than one byte beyond what it should have."""
    with archive.open(name) as source:
        left = most + 1
        while left > 0 and (chunk := source.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def unpack(archive: zipfile.ZipFile, manifest: Manifest, name: str, target: Path) -> None:
    """Write a member of a backup that was found whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        for chunk in _chunks(archive, name, manifest.members[name].size):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
