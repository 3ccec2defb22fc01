"""Asking for exports and reading them, for tests."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from typing import Any
from uuid import uuid4

import numpy as np
from django.test import Client
from PIL import Image

from annotation.models import AnnotationSet, Clip, Export
from annotation.services.review_decide import review_decide
from annotation.services.set_open import set_open
from annotation.services.set_save import set_save
from annotation.services.set_submit import set_submit
from fascicle.jobs.models import Job
from fascicle.jobs.tasks import run
from tests.factories import Team

BLOB = {"kind": "spline", "points": [[40, 60], [90, 50], [110, 100], [50, 120]]}
MOVED = {"kind": "spline", "points": [[60, 70], [110, 60], [130, 110], [70, 130]]}
BOX = {"kind": "mask", "x": 100, "y": 80, "width": 30, "height": 20, "counts": [0, 600]}


def draw(team: Team, clip: Clip) -> AnnotationSet:
    """A moving spline on frames 10 to 20 and a mask on 15 to 20, which overlap; a draft."""
    row = set_open(clip=clip, actor=team.expert)
    ops: list[dict[str, Any]] = []
    for structure, shapes in (
        (team.structures[0], {10: BLOB, 20: MOVED}),
        (team.structures[2], {15: BOX, 20: BOX}),
    ):
        track = str(uuid4())
        ops.append({"op": "track.add", "track": track, "structure": str(structure.pk)})
        ops += [
            {"op": "keyframe.put", "track": track, "frame": frame, "shape": shape,
             "source": "drawn"}
            for frame, shape in shapes.items()
        ]  # fmt: skip
    set_save(
        annotation_set=row, actor=team.expert, base_revision=0, idempotency_key=uuid4(), ops=ops
    )
    row.refresh_from_db()
    return row


def accept(team: Team, row: AnnotationSet) -> None:
    set_submit(annotation_set=row, actor=team.expert, revision=row.revision)
    review_decide(
        annotation_set=row, actor=team.colleague, decision="accept", remark="",
        revision=row.revision,
    )  # fmt: skip


def ask(client: Client, team: Team, **body: Any) -> Any:
    sent = {"project": str(team.project.pk), **body}
    return client.post("/api/exports/", sent, content_type="application/json")


def made(client: Client, team: Team, **body: Any) -> Export:
    """Ask and let a worker do it."""
    answer = ask(client, team, **body)
    assert answer.status_code == 202, answer.json()
    run(answer.json()["id"])
    job = Job.objects.get(pk=answer.json()["id"])
    assert job.state == "done", job.error
    return Export.objects.get(pk=job.target_id)


def fetched(client: Client, export: Export) -> zipfile.ZipFile:
    answer = client.get(f"/api/exports/{export.pk}/file/")
    assert answer.status_code == 200
    content = b"".join(answer)
    assert hashlib.sha256(content).hexdigest() == export.sha256
    assert len(content) == export.byte_size == int(answer["Content-Length"])
    return zipfile.ZipFile(io.BytesIO(content))


def picture(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(archive.read(name))))


def table_of(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    text = archive.read(f"clips/{name}/frame_table.csv").decode()
    return list(csv.DictReader(io.StringIO(text)))
