"""A folder of images and masks becomes accepted clips of one frame each."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from annotation.clip_words import MAX_LABEL, ClipWords, checked_words
from annotation.frames.mask_images import (
    missing_partners,
    pictures_by_stem,
    read_mask_values,
    structure_masks,
)
from annotation.frames.opening import open_source
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.stills import natural_key
from annotation.geometry import Absent, Shape, mask_from_dense
from annotation.models import Clip, Procedure, Structure
from annotation.services.accepted_write import AcceptedClip, accepted_clips_write
from annotation.services.frame_store import FrameStore, files_sweep
from annotation.services.import_people import ImportPeople
from annotation.services.ingest import frames_store
from fascicle.accounts.models import Project
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput

_CLIPS_A_TRANSACTION = 50


@dataclass(frozen=True, slots=True)
class Skipped:
    """An image that was left out, and why."""

    stem: str
    reason: str


@dataclass(slots=True)
class PairsImported:
    """What came of a folder."""

    project_id: str
    clip_ids: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    without_mask: list[str] = field(default_factory=list)
    without_image: list[str] = field(default_factory=list)


def pairs_import(
    *,
    folder: Path,
    project: Project,
    people: ImportPeople,
    classes: Mapping[int, str],
    credit: str = "",
    limit: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PairsImported:
    """Import `folder`/images with `folder`/masks of the same stems.

    Each image becomes a clip of one frame through the same decoder as an upload; each class
    becomes a mask keyframe, or `absent` where the mask does not show it. Subjects come from
    `folder`/groups.json (stem -> subject), else each stem is a subject of its own. An image whose
    bytes or pixels the project has already is skipped and named in the answer, so an import that
    was broken off can simply be run again. `classes` maps mask values to structure codes. Raises
    InvalidInput naming the file that is wrong; masks are checked before anything is written.
    """
    structures = _structures(project, classes)
    try:
        image_of = pictures_by_stem(folder / "images")
        mask_of = pictures_by_stem(folder / "masks")
        groups = _groups(folder / "groups.json")
    except UnreadableSourceError as wrong:
        raise InvalidInput(str(wrong), code="unreadable_folder") from wrong
    stems = sorted((stem for stem in image_of if stem in mask_of), key=natural_key)[:limit]
    if not stems:
        raise InvalidInput(f"No image in {folder / 'images'} has a mask of the same name.")
    answer = PairsImported(str(project.pk))
    answer.without_mask, answer.without_image = missing_partners(image_of, mask_of)
    _check_masks([mask_of[stem] for stem in stems], classes)
    seen = _Seen(project)
    for start in range(0, len(stems), _CLIPS_A_TRANSACTION):
        ledger = _ledger()
        reader = _PairReader(FrameStore(ledger), seen, classes, structures)
        pending: list[AcceptedClip] = []
        try:
            batch = stems[start : start + _CLIPS_A_TRANSACTION]
            for done, stem in enumerate(batch, start=start + 1):
                words = checked_words(
                    subject=groups.get(stem, stem), label=stem[:MAX_LABEL], credit=credit
                )
                pair = reader.read(image_of[stem], mask_of[stem], words)
                if isinstance(pair, Skipped):
                    answer.skipped.append(pair)
                else:
                    pending.append(pair)
                if progress is not None:
                    progress(done, len(stems))
            written = accepted_clips_write(project=project, people=people, clips=pending)
            answer.clip_ids += [str(clip.pk) for clip in written]
        except UnreadableSourceError as wrong:
            raise InvalidInput(str(wrong), code="unreadable_pair") from wrong
        finally:
            with transaction.atomic():
                files_sweep(ledger)
    record_append(
        actor=None, action="pairs.import", target=project, project_id=project.pk,
        detail={"clips": len(answer.clip_ids), "skipped": len(answer.skipped)},
    )  # fmt: skip
    return answer


def default_classes(procedure: Procedure) -> dict[int, str]:
    """{1: its code} for a procedure with one structure; InvalidInput for others."""
    codes = [structure.code for structure in procedure.structures.all()]
    if len(codes) != 1:
        raise InvalidInput(
            f"{procedure} has several structures; say which mask value is which, for example "
            '--classes "'
            + ",".join(f"{value}={code}" for value, code in enumerate(codes, start=1))
            + '".'
        )
    return {1: codes[0]}


def _structures(project: Project, classes: Mapping[int, str]) -> dict[str, Structure]:
    procedure = project.protocol.procedure
    known = {structure.code: structure for structure in procedure.structures.all()}
    for code in classes.values():
        if code not in known:
            raise InvalidInput(f"{procedure} has no structure “{code}”; it has {', '.join(known)}.")
    return {code: known[code] for code in classes.values()}


def _check_masks(masks: Sequence[Path], classes: Mapping[int, str]) -> None:
    """Find a value without a name before anything is written."""
    try:
        for mask in masks:
            structure_masks(read_mask_values(mask), classes, mask.name)
    except UnreadableSourceError as wrong:
        raise InvalidInput(str(wrong), code="unreadable_pair") from wrong


class _Seen:
    """Files and single frames that the project has, by digest."""

    def __init__(self, project: Project) -> None:
        self.bytes_of: dict[str, str] = {}
        self.pixels_of: dict[bytes, str] = {}
        rows = Clip.objects.filter(
            project=project, deleted_at__isnull=True, frame_count=1
        ).select_related("frame_table")
        for clip in rows:
            self.bytes_of[clip.source_sha256] = str(clip)
            self.pixels_of[bytes(clip.frame_table.digests)] = str(clip)


@dataclass(frozen=True, slots=True)
class _PairReader:
    """Reads pairs into one store."""

    store: FrameStore
    seen: _Seen
    classes: Mapping[int, str]
    structures: Mapping[str, Structure]

    def read(self, image: Path, mask: Path, words: ClipWords) -> AcceptedClip | Skipped:
        """The clip to write, or why the pair is left out."""
        source_sha256 = hashlib.sha256(image.read_bytes()).hexdigest()
        twin = self.seen.bytes_of.get(source_sha256)
        if twin is not None:
            return Skipped(image.stem, f"the same file as {twin}")
        try:
            frames = frames_store(source=open_source(image), store=self.store)
        except UnreadableSourceError as damage:
            raise UnreadableSourceError(f"{image.name}: {damage}") from damage
        twin = self.seen.pixels_of.get(frames.digests)
        if twin is not None:
            return Skipped(image.stem, f"the same picture as {twin}")
        masks = structure_masks(read_mask_values(mask), self.classes, mask.name)
        height, width = next(iter(masks.values())).shape
        if (width, height) != (frames.width, frames.height):
            raise UnreadableSourceError(
                f"{mask.name} is {width} x {height} pixels, but its image {image.name} is "
                f"{frames.width} x {frames.height}."
            )
        self.seen.bytes_of[source_sha256] = self.seen.pixels_of[frames.digests] = image.stem
        shapes: list[tuple[Structure, Shape]] = [
            (self.structures[code], mask_from_dense(dense) if dense.any() else Absent())
            for code, dense in masks.items()
        ]
        return AcceptedClip(uuid4(), source_sha256, frames, words, shapes)


def _groups(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        groups = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as damage:
        raise UnreadableSourceError(f"{path} is not readable JSON.") from damage
    if not isinstance(groups, dict) or not all(
        isinstance(group, str | int) for group in groups.values()
    ):
        raise UnreadableSourceError(f'{path} must be one object {{"stem": "subject", ...}}.')
    return {str(stem): str(group) for stem, group in groups.items()}


def _ledger() -> Path:
    folder = Path(settings.UPLOAD_WAITING_ROOT)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".written", delete=False) as file:
        return Path(file.name)
