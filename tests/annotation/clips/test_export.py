"""What is taken away is what is stored: every frame, every mask, and whose they are."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813  # its own documentation's name
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from PIL import Image

from annotation.models import AnnotationSet, Clip, Export
from annotation.services.export_remove import exports_sweep, work_path
from annotation.services.review_decide import review_decide
from annotation.services.set_open import set_open
from annotation.services.set_save import set_save
from annotation.services.set_submit import set_submit
from fascicle.audit.models import AuditRecord
from fascicle.jobs.models import Job
from fascicle.jobs.tasks import run
from phantom import read_index
from tests.annotation.clips.test_frame_identity import CLIPS, COUNT, write
from tests.factories import Team, client_of, make_team

pytestmark = [
    pytest.mark.django_db,
    # the test's client is no ASGI server and gathers the stream
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume"),
]
BLOB = {"kind": "spline", "points": [[40, 60], [90, 50], [110, 100], [50, 120]]}
MOVED = {"kind": "spline", "points": [[60, 70], [110, 60], [130, 110], [70, 130]]}
BOX = {"kind": "mask", "x": 100, "y": 80, "width": 30, "height": 20, "counts": [0, 600]}


@pytest.fixture(autouse=True)
def own_work_folder(tmp_path: Path, settings: Any) -> None:
    settings.EXPORT_WORK_ROOT = tmp_path / "exporting"


@pytest.fixture
def clip(team: Team, ingest: Any, tmp_path: Path) -> Clip:
    job = ingest(
        team, CLIPS["H.264, variable rate, B-frames"](tmp_path).read_bytes(), credit="A. Source, CC"
    )
    return Clip.objects.get(pk=job["target_id"])


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


NAMES = [
    "H.264 with B-frames",
    "H.264, variable rate, B-frames",
    "MPEG-4 Part 2 with B-frames in AVI",
]


@pytest.mark.parametrize("name", [*NAMES, "rotated by 90 degrees"])
def test_an_exported_frame_is_the_frame_of_that_index(
    name: str, team: Team, ingest: Any, log_in: Callable[..., Client], tmp_path: Path
) -> None:
    turns = 0
    if name in CLIPS:
        content = CLIPS[name](tmp_path).read_bytes()
    else:
        turns = 1
        write(tmp_path / "turned.mp4", "libx264", degrees=90)
        content = (tmp_path / "turned.mp4").read_bytes()
    job = ingest(team, content)
    client = log_in(team.expert)
    archive = fetched(client, made(client, team, clips=[job["target_id"]]))
    told = client.get(f"/api/clips/{job['target_id']}/frame-table/").json()["frames"]
    rows = table_of(archive, "clip0001")
    assert len(rows) == len(told) == COUNT
    for index, (row, frame) in enumerate(zip(rows, told, strict=True)):
        grey = picture(archive, f"images/clip0001_{index:06}.png")
        assert read_index(np.rot90(grey, -turns)) == index == int(row["index"])
        digest = hashlib.sha256(np.ascontiguousarray(grey).tobytes()).hexdigest()
        assert digest == row["sha256"] == frame["sha256"]
        assert float(row["time_s"]) == frame["time_s"]
        assert row["file"] == f"images/clip0001_{index:06}.png"


def test_masks_shapes_and_words_say_what_was_accepted(
    team: Team, clip: Clip, log_in: Callable[..., Client]
) -> None:
    row = draw(team, clip)
    accept(team, row)
    clip.microns_per_pixel = 80.0
    clip.save()
    client = log_in(team.admin)
    archive = fetched(client, made(client, team, formats=["coco", "metaimage"]))
    assert archive.testzip() is None
    masks = sorted(name for name in archive.namelist() if name.startswith("masks/"))
    assert masks == [f"masks/clip0001_{index:06}.png" for index in range(10, 21)]
    colours = {each.channel: each.colour for each in team.structures}
    shown: dict[int, np.ndarray] = {}
    for index in range(10, 21):
        told = client.get(f"/api/annotation-sets/{row.pk}/labels/{index}/").content
        content = archive.read(f"masks/clip0001_{index:06}.png")
        shown[index] = np.asarray(Image.open(io.BytesIO(content)))
        np.testing.assert_array_equal(shown[index], np.asarray(Image.open(io.BytesIO(told))))
        palette = Image.open(io.BytesIO(content)).getpalette()
        for channel in set(np.unique(shown[index]).tolist()) - {0}:
            rgb = palette[3 * channel : 3 * channel + 3]
            assert "#" + bytes(rgb).hex().upper() == colours[channel]
    assert set(np.unique(shown[20])) == {0, 1, 3}

    manifest = json.loads(archive.read("manifest.json"))
    assert "Research use only" in manifest["notice"]
    [said] = manifest["clips"]
    assert said["id"] == str(clip.pk)
    assert said["redaction"] is not None
    assert said["annotation_set"]["revision"] == row.revision == 1
    assert said["annotation_set"]["author_id"] == str(team.expert.pk)
    words = archive.read("README.txt").decode()
    assert "RESEARCH USE ONLY" in words
    assert "credit: A. Source, CC" in words
    assert "redaction: confirmed, nothing cut off or blanked" in words
    assert f"revision 1, set {row.pk}" in words

    shapes = json.loads(archive.read("clips/clip0001/shapes.json"))
    assert [track["channel"] for track in shapes["tracks"]] == [1, 3]
    assert shapes["tracks"][0]["keyframes"][0]["points"] == BLOB["points"]
    assert shapes["annotated_frames"] == list(range(10, 21))
    lines = archive.read("clips/clip0001/contours.jsonl").decode().splitlines()
    assert [json.loads(line)["frame_index"] for line in lines] == list(range(10, 21))

    lines = archive.read("SHA256SUMS").decode().splitlines()
    digests = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert set(digests) == set(archive.namelist()) - {"SHA256SUMS"}
    for name, digest in digests.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest


def test_coco_regions_are_the_pixels_of_the_masks(
    team: Team, clip: Clip, log_in: Callable[..., Client]
) -> None:
    accept(team, draw(team, clip))
    client = log_in(team.expert)
    archive = fetched(client, made(client, team, formats=["coco"], only_annotated=True))
    assert sum(name.startswith("images/") for name in archive.namelist()) == 11
    coco = json.loads(archive.read("coco.json"))
    assert [each["id"] for each in coco["categories"]] == [1, 2, 3, 4, 5]
    images = {image["id"]: image for image in coco["images"]}
    assert sorted(image["frame_index"] for image in images.values()) == list(range(10, 21))
    of_box = [each for each in coco["annotations"] if each["category_id"] == 3]
    assert len(of_box) == 6
    assert len(coco["annotations"]) == 11 + 6
    for each in of_box:
        image = images[each["image_id"]]
        labels = picture(archive, image["file_name"].replace("images/", "masks/"))
        assert each["bbox"] == [100, 80, 30, 20]
        assert each["area"] == 600
        size, counts = each["segmentation"]["size"], each["segmentation"]["counts"]
        assert size == [clip.height, clip.width]
        dense = np.repeat(np.arange(len(counts)) % 2, counts).reshape(size[::-1]).T
        np.testing.assert_array_equal(dense == 1, labels == 3)
    curve = next(each for each in coco["annotations"] if each["category_id"] == 1)
    [polygon] = curve["segmentation"]
    x, y = np.array(polygon[::2]), np.array(polygon[1::2])
    shoelace = 0.5 * abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))))
    assert abs(shoelace - curve["area"]) < 0.02 * curve["area"]


def test_the_label_volume_has_a_slice_for_every_index_and_millimetres(
    team: Team, clip: Clip, log_in: Callable[..., Client], tmp_path: Path
) -> None:
    accept(team, draw(team, clip))
    Clip.objects.filter(pk=clip.pk).update(microns_per_pixel=75.0)
    client = log_in(team.expert)
    archive = fetched(client, made(client, team, formats=["metaimage"]))
    path = tmp_path / "labels.mha"
    path.write_bytes(archive.read("clips/clip0001/labels.mha"))
    volume = sitk.ReadImage(str(path))
    assert volume.GetSpacing()[:2] == (0.075, 0.075)
    slices = sitk.GetArrayFromImage(volume)
    assert slices.shape == (COUNT, clip.height, clip.width)
    assert not slices[:10].any()
    for index in (10, 15, 20):
        labels = picture(archive, f"masks/clip0001_{index:06}.png")
        np.testing.assert_array_equal(slices[index], labels)


def test_an_export_can_be_imported_again(
    team: Team, clip: Clip, log_in: Callable[..., Client], tmp_path: Path
) -> None:
    row = draw(team, clip)
    accept(team, row)
    client = log_in(team.expert)
    fetched(client, made(client, team)).extractall(tmp_path / "out")
    classes = ",".join(f"{each.channel}={each.code}" for each in team.structures)
    other = make_team()
    out = io.StringIO()
    call_command(
        "import_pairs", str(tmp_path / "out"), "--project", other.project.name,
        "--classes", classes, "--author", other.expert.email, "--reviewer", other.colleague.email,
        "--json", stdout=out,
    )  # fmt: skip
    told = json.loads(out.getvalue())
    assert told["imported"] == 11
    back = Clip.objects.filter(project=other.project).order_by("number")
    assert {each.subject.pseudonym for each in back} == {clip.subject.pseudonym}
    digests = clip.frame_table.sha256
    for each in back:
        index = int(each.label.rpartition("_")[2])
        assert each.frame_table.sha256 == [digests[index]]
        reading = each.annotation_sets.get()
        mine = client_of(other.expert).get(f"/api/annotation-sets/{reading.pk}/labels/0/")
        theirs = client.get(f"/api/annotation-sets/{row.pk}/labels/{index}/")
        np.testing.assert_array_equal(
            np.asarray(Image.open(io.BytesIO(mine.content))),
            np.asarray(Image.open(io.BytesIO(theirs.content))),
        )


def test_a_draft_is_exported_by_its_author_alone_and_seen_by_nobody_else(
    team: Team, clip: Clip, log_in: Callable[..., Client]
) -> None:
    row = draw(team, clip)
    assert ask(log_in(team.admin), team, annotation=str(row.pk)).status_code == 404
    client = log_in(team.expert)
    export = made(client, team, annotation=str(row.pk))
    manifest = json.loads(fetched(client, export).read("manifest.json"))
    assert manifest["clips"][0]["annotation_set"]["state"] == "draft"
    for other in (team.admin, team.colleague, team.trainee, team.stranger):
        assert log_in(other).get(f"/api/exports/{export.pk}/file/").status_code == 404
        assert log_in(other).get("/api/exports/").json()["results"] == []


def test_nobody_else_downloads_and_each_download_is_on_record(
    team: Team, clip: Clip, log_in: Callable[..., Client]
) -> None:
    accept(team, draw(team, clip))
    export = made(log_in(team.expert), team)
    address = f"/api/exports/{export.pk}/file/"
    for person in (team.colleague, team.trainee, team.stranger, make_team().admin):
        assert log_in(person).get(address).status_code == 404
    assert Client().get(address).status_code == 401
    assert ask(log_in(team.trainee), team).status_code == 403
    assert ask(log_in(team.stranger), team).status_code == 404
    assert log_in(team.admin).get(address).status_code == 200  # of accepted work
    records = AuditRecord.objects.filter(target_id=str(export.pk)).order_by("pk")
    assert [each.action for each in records] == ["export.create", "export.download"]
    assert records[1].actor_id == team.admin.pk


def test_clips_of_another_project_are_not_exported(
    team: Team, clip: Clip, log_in: Callable[..., Client]
) -> None:
    other = make_team()
    assert ask(log_in(other.admin), other, clips=[str(clip.pk)]).status_code == 404
    answer = ask(log_in(other.admin), other)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "There is no clip to export yet."


def test_an_export_of_a_clip_deleted_since_is_not_given_out(
    team: Team, clip: Clip, log_in: Callable[..., Client]
) -> None:
    export = made(log_in(team.expert), team)
    assert log_in(team.admin).delete(f"/api/clips/{clip.pk}/").status_code == 204
    answer = log_in(team.expert).get(f"/api/exports/{export.pk}/file/")
    assert answer.status_code == 409
    assert answer.json()["code"] == "clip_deleted"


@pytest.fixture
def zips(tmp_path: Path) -> Callable[[], list[Path]]:
    """All files of exports, finished or not."""

    def listed() -> list[Path]:
        folders = (tmp_path / "exporting", tmp_path / "media" / "exports")
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]

    return listed


def failed(client: Client, team: Team) -> Job:
    answer = ask(client, team)
    run(answer.json()["id"])
    return Job.objects.get(pk=answer.json()["id"])


def test_a_full_disk_is_told_and_leaves_nothing(
    team: Team, clip: Clip, log_in: Callable[..., Client], zips: Any, monkeypatch: Any
) -> None:
    from annotation.exports import clip_files

    encode, calls = clip_files.encode_png, iter(range(40))

    def full(grey: np.ndarray) -> bytes:
        if next(calls) == 30:
            raise OSError(errno.ENOSPC, "No space left on device")
        return encode(grey)

    monkeypatch.setattr(clip_files, "encode_png", full)
    job = failed(log_in(team.expert), team)
    assert job.state == "failed"
    assert "disk has no room" in job.error
    assert zips() == []
    assert not Export.objects.get(pk=job.target_id).is_ready


def test_other_pixels_than_the_frame_table_names_are_never_exported(
    team: Team, clip: Clip, log_in: Callable[..., Client], zips: Any, monkeypatch: Any
) -> None:
    from annotation.services import export_write

    def swapped(clip_id: Any, indices: Any) -> Iterator[np.ndarray]:
        frames = list(original(clip_id, indices))
        frames[3], frames[4] = frames[4], frames[3]
        return iter(frames)

    original = export_write.clip_frames
    monkeypatch.setattr(export_write, "clip_frames", swapped)
    job = failed(log_in(team.expert), team)
    assert job.state == "failed"
    assert "frame 3 of clip0001" in job.error
    assert zips() == []


def test_a_cancelled_export_stops_and_leaves_nothing(
    team: Team, clip: Clip, log_in: Callable[..., Client], zips: Any, monkeypatch: Any
) -> None:
    from annotation.exports import clip_files
    from fascicle.jobs.services import job_cancel

    monkeypatch.setattr("annotation.services.export_make._REPORT_SECONDS", 0.0)
    encode, calls = clip_files.encode_png, iter(range(COUNT))

    def cancelling(grey: np.ndarray) -> bytes:
        if next(calls) == 20:
            job_cancel(job=Job.objects.get(kind="project_export"), actor=team.expert)
        return encode(grey)

    monkeypatch.setattr(clip_files, "encode_png", cancelling)
    job = failed(log_in(team.expert), team)
    assert job.state == "cancelled"
    assert next(calls) == 21
    assert zips() == []


def test_a_zip_goes_when_its_time_is_over(
    team: Team, clip: Clip, log_in: Callable[..., Client], zips: Any
) -> None:
    client = log_in(team.expert)
    export = made(client, team)
    assert exports_sweep() == 0
    assert len(zips()) == 1
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.get(f"/api/exports/{export.pk}/file/")
    assert (answer.status_code, answer.json()["code"]) == (409, "export_gone")
    assert exports_sweep() == 1
    assert zips() == []
    shown = client.get(f"/api/exports/{export.pk}/").json()
    assert shown["is_ready"] is False
    assert shown["removed_at"] is not None


def test_the_owner_removes_a_zip_and_a_killed_attempt_leaves_none(
    team: Team, clip: Clip, log_in: Callable[..., Client], zips: Any
) -> None:
    client = log_in(team.expert)
    answer = ask(client, team)
    job = Job.objects.get(pk=answer.json()["id"])
    stale = work_path(job.target_id, 1)
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"cut off")
    Job.objects.filter(pk=job.pk).update(attempt=1)
    run(str(job.pk))
    assert [path.name for path in zips()] == ["2.zip"]
    assert client.delete(f"/api/exports/{job.target_id}/").status_code == 204
    assert zips() == []


def test_the_command_writes_the_same_files(
    team: Team, clip: Clip, log_in: Callable[..., Client], tmp_path: Path
) -> None:
    accept(team, draw(team, clip))
    out = io.StringIO()
    target = tmp_path / "taken.zip"
    arguments = ["--project", team.project.name, "--clip", "1", "--out", str(target), "--json"]
    call_command("export", *arguments, "--format", "coco", stdout=out)
    told = json.loads(out.getvalue())
    assert told["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    client = log_in(team.expert)
    over_http = fetched(client, made(client, team, formats=["coco"]))
    here = zipfile.ZipFile(target)
    assert here.namelist() == over_http.namelist()
    spoken = {"README.txt", "manifest.json", "SHA256SUMS"}  # they name the export and its time
    assert all(here.read(name) == over_http.read(name) for name in set(here.namelist()) - spoken)
    with pytest.raises(CommandError, match="exists already"):
        call_command("export", *arguments)
    with pytest.raises(CommandError, match="no clip 7"):
        call_command("export", "--project", team.project.name, "--clip", "7", "--out", "x.zip")
