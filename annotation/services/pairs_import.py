"""A folder of images and masks becomes accepted clips of one frame each."""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from annotation.clip_words import MAX_LABEL, ClipWords, checked_words
from annotation.frames.mask_images import read_structure_masks
from annotation.frames.opening import open_source
from annotation.frames.problem import UnreadableSourceError
from annotation.geometry import Absent, Shape, mask_from_dense
from annotation.models import Clip, Structure
from annotation.services.accepted_write import AcceptedClip, accepted_clips_write
from annotation.services.frame_store import FrameStore, files_sweep
from annotation.services.import_people import ImportPeople
from annotation.services.ingest import frames_store
from annotation.services.pairs_folder import CheckedPairs
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
    pairs: CheckedPairs,
    project: Project,
    people: ImportPeople,
    credit: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> PairsImported:
    """Import a folder that was looked through into a project on the same procedure.

    Each image becomes a clip of one frame through the same decoder as an upload; each class
    becomes a mask keyframe, or `absent` where the mask does not show it. Subjects come from
    `folder`/groups.json (stem -> subject), else each stem is a subject of its own. An image whose
    bytes or pixels the project has already is skipped and named in the answer, so an import that
    was broken off can simply be run again. Raises InvalidInput naming a file that is wrong.
    """
    answer = PairsImported(str(project.pk))
    answer.without_mask, answer.without_image = pairs.without_mask, pairs.without_image
    seen = _Seen(project)
    for start in range(0, len(pairs.stems), _CLIPS_A_TRANSACTION):
        ledger = _ledger()
        reader = _PairReader(FrameStore(ledger), seen, pairs)
        pending: list[AcceptedClip] = []
        try:
            batch = pairs.stems[start : start + _CLIPS_A_TRANSACTION]
            for done, stem in enumerate(batch, start=start + 1):
                words = checked_words(
                    subject=pairs.groups.get(stem, stem), label=stem[:MAX_LABEL], credit=credit
                )
                pair = reader.read(pairs.image_of[stem], pairs.mask_of[stem], words)
                if isinstance(pair, Skipped):
                    answer.skipped.append(pair)
                else:
                    pending.append(pair)
                if progress is not None:
                    progress(done, len(pairs.stems))
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
    pairs: CheckedPairs

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
        masks = read_structure_masks(mask, self.pairs.classes)
        self.seen.bytes_of[source_sha256] = self.seen.pixels_of[frames.digests] = image.stem
        shapes: list[tuple[Structure, Shape]] = [
            (self.pairs.structures[code], mask_from_dense(dense) if dense.any() else Absent())
            for code, dense in masks.items()
        ]
        return AcceptedClip(uuid4(), source_sha256, frames, words, shapes)


def _ledger() -> Path:
    folder = Path(settings.UPLOAD_WAITING_ROOT)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".written", delete=False) as file:
        return Path(file.name)
