"""What is taken away is what is stored: every frame, every mask, and whose they are."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813  # its own documentation's name
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image

from annotation.models import Clip
from phantom import read_index
from tests.annotation.clips.exports.exporting import (
    BLOB,
    accept,
    draw,
    fetched,
    made,
    picture,
    table_of,
)
from tests.annotation.clips.test_frame_identity import CLIPS, COUNT, write
from tests.factories import Team, client_of, make_team

pytestmark = [
    pytest.mark.django_db,
    # the test's client is no ASGI server and gathers the stream
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume"),
]

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
