"""The work of a `run_report` job: numbers, figures, pictures, HTML and PDF."""

import zipfile
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from numpy.typing import NDArray

from annotation.models import Clip
from annotation.selectors import clip_frames
from fascicle.jobs.context import JobContext
from fascicle.jobs.services import job_finish
from inference.services.held_job import held_job
from training.evaluate.scores import ImageScore
from training.models import Fold, RunReport, TrainingRun
from training.reports.contents import RunContents, described, worst_images
from training.reports.figures import PLOTS, svg
from training.reports.gallery import GalleryFrame, side_by_side
from training.reports.html import report_html
from training.reports.pdf import report_pdf
from training.reports.theme import DARK
from training.services.fold_record import TRUTH
from training.services.label_maps import as_model_labels, read_labels
from training.services.manifest import ManifestFrame, learnt_structures, manifest_frames
from training.services.report_contents import run_contents

GALLERY_FRAMES = 12


def report_make(context: JobContext) -> dict[str, Any]:
    """Write the report's files and put them into its row, in the place of an earlier report's.

    Raises JobStopped when cancelled or taken over.
    """
    runs = TrainingRun.objects.select_related("project", "snapshot")
    run = runs.get(report__job_id=context.job_id)
    context.report(0.05, "Gathering the scores")
    contents = run_contents(run)
    context.report(0.3, "Drawing the frames of lowest IoU")
    gallery = _gallery(run, contents)
    prefix = f"training/{run.pk}/report-{context.job_id}-{context.attempt}"
    pictures = [
        _stored(f"{prefix}/frame-{number}.png", frame.picture)
        for number, frame in enumerate(gallery)
    ]
    context.report(0.5, "Drawing the figures")
    figures = []
    for plot in PLOTS:
        drawn = svg(plot, contents, DARK)
        if drawn is not None:
            key = _stored(f"{prefix}/{plot.name}.svg", drawn.encode())
            figures.append(
                {
                    "name": plot.name,
                    "title": plot.title,
                    "caption": plot.caption,
                    "storage_key": key,
                }
            )
        context.report(0.6, "Drawing the figures")
    context.report(0.7, "Writing HTML and PDF")
    html_key = _stored(f"{prefix}/report.html", report_html(contents, gallery).encode())
    pdf_key = _stored(f"{prefix}/report.pdf", report_pdf(contents, gallery))
    result = {"figures": len(figures), "frames": len(gallery)}
    with held_job(context):
        report = RunReport.objects.get(run=run)
        before = _keys(report)
        report.contents, report.figures = described(contents), figures
        report.gallery = [_row(frame, key) for frame, key in zip(gallery, pictures, strict=True)]
        report.html_key, report.pdf_key, report.made_at = html_key, pdf_key, timezone.now()
        report.save()
        job_finish(job_id=context.job_id, attempt=context.attempt, result=result)
    for key in before:
        default_storage.delete(key)
    return result


def _stored(key: str, content: bytes) -> str:
    return default_storage.save(key, ContentFile(content))


def _keys(report: RunReport) -> list[str]:
    rows = [*report.figures, *report.gallery]
    keys = [report.html_key, report.pdf_key, *(row["storage_key"] for row in rows)]
    return [key for key in keys if key]


def _row(frame: GalleryFrame, key: str) -> dict[str, Any]:
    return {
        "title": frame.title,
        "clip": frame.clip,
        "frame_index": frame.frame_index,
        "fold": frame.fold,
        "iou": frame.iou,
        "dices": dict(frame.dices),
        "storage_key": key,
    }


def _gallery(run: TrainingRun, contents: RunContents) -> list[GalleryFrame]:
    chosen = worst_images(contents.all_images, GALLERY_FRAMES)
    frames = {frame.stem: frame for frame in manifest_frames(run.snapshot.manifest)}
    titles = _clip_titles({frames[score.stem].clip_id for score in chosen})
    colours = [each.colour for each in contents.structures]
    folds = {fold.index: fold for fold in run.folds.all()}
    made = []
    for score in chosen:
        frame, fold = frames[score.stem], contents.fold_of(score.stem)
        assert fold is not None  # noqa: S101  # it was found in a fold
        maps = _label_maps(run, folds[fold], score.stem)
        if maps is None:
            continue
        [pixels] = clip_frames(frame.clip_id, [frame.frame_index])
        picture = side_by_side(pixels, *maps, colours)
        made.append(_frame(score, frame, fold, titles, picture))
    return made


def _frame(
    score: ImageScore, frame: ManifestFrame, fold: int, titles: dict[UUID, str], picture: bytes
) -> GalleryFrame:
    title = f"{titles.get(frame.clip_id, 'A clip')}, frame {frame.frame_index}"
    return GalleryFrame(
        stem=score.stem,
        title=f"{title}, subject {score.group}",
        clip=str(frame.clip_id),
        frame_index=frame.frame_index,
        fold=fold,
        iou=score.iou,
        dices={code: each.dice for code, each in score.structures.items()},
        picture=picture,
    )


def _clip_titles(clip_ids: set[UUID]) -> dict[UUID, str]:
    return {clip.pk: str(clip) for clip in Clip.objects.filter(pk__in=clip_ids)}


def _label_maps(
    run: TrainingRun, fold: Fold, stem: str
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]] | None:
    """Truth and prediction with the model's labels; None for a fold that kept no truth."""
    with default_storage.open(fold.predictions_key) as stored, zipfile.ZipFile(stored) as archive:
        truth_name = f"{TRUTH}/{stem}.png"
        if truth_name not in archive.namelist():
            return None
        truth, predicted = (read_labels(archive.read(name)) for name in (truth_name, f"{stem}.png"))
    return as_model_labels(truth, [each.channel for each in _learnt(run)]), predicted


def _learnt(run: TrainingRun) -> Sequence[Any]:
    return learnt_structures(run.snapshot.manifest)
