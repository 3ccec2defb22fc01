"""An upload becomes a clip whose every frame can be fetched exactly."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from annotation.models import Clip
from tests.factories import Team

pytestmark = pytest.mark.django_db
Ingest = Callable[..., dict[str, Any]]


def numbered_zip(count: int = 40, height: int = 48, width: int = 64) -> tuple[bytes, np.ndarray]:
    frames = np.random.default_rng(3).integers(0, 256, (count, height, width), dtype=np.uint8)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for index, frame in enumerate(frames):
            picture = io.BytesIO()
            Image.fromarray(frame).save(picture, "PNG")
            archive.writestr(f"sweep/frame{index}.png", picture.getvalue())
    return packed.getvalue(), frames


def pixels(content: bytes) -> np.ndarray:
    picture = Image.open(io.BytesIO(content))
    assert picture.mode == "L"
    return np.asarray(picture)


def test_a_zip_of_pictures_goes_round_exactly(
    team: Team, ingest: Ingest, log_in: Callable[..., Client], stored_files: Callable[[], set[str]]
) -> None:
    content, frames = numbered_zip()
    job = ingest(team, content, label="Sweep", scanner="Phantom", microns_per_pixel="85.5")
    assert job["state"] == "done", job
    clip_id = job["result"]["clip"]
    assert clip_id == job["target_id"]

    client = log_in(team.trainee)
    row = client.get("/api/clips/", {"project": team.project.pk}).json()["results"][0]
    assert row["id"] == clip_id
    assert (row["title"], row["width"], row["height"], row["frame_count"]) == ("Sweep", 64, 48, 40)
    assert row["subject"]["pseudonym"] == "S01"
    assert row["microns_per_pixel"] == 85.5

    table = client.get(f"/api/clips/{clip_id}/frame-table/").json()
    assert [frame["index"] for frame in table["frames"]] == list(range(40))
    for index in (0, 9, 10, 31, 32, 39):
        response = client.get(f"/api/clips/{clip_id}/frames/{index}/")
        np.testing.assert_array_equal(pixels(response.content), frames[index])
        digest = hashlib.sha256(frames[index].tobytes()).hexdigest()
        assert response["X-Frame-SHA256"] == table["frames"][index]["sha256"] == digest
        assert response["ETag"] == f'"{digest}"'
        assert response["X-Frame-Index"] == str(index)

    chunks = client.get(f"/api/clips/{clip_id}/").json()["chunks"]
    assert [(chunk["first_frame"], chunk["frame_count"]) for chunk in chunks] == [(0, 32), (32, 8)]
    second = client.get(chunks[1]["url"]).content
    assert second[:4] == b"FCK1"
    first_frame, count = struct.unpack_from("<II", second, 4)
    offsets = struct.unpack_from(f"<{count + 1}I", second, 12)
    np.testing.assert_array_equal(pixels(second[offsets[2] : offsets[3]]), frames[first_frame + 2])
    assert Image.open(io.BytesIO(client.get(row["thumbnail"]).content)).size == (64, 48)
    assert not [name for name in stored_files() if name.startswith("waiting")]


def test_a_frame_that_the_browser_holds_is_not_sent_again(
    team: Team, ingest: Ingest, log_in: Callable[..., Client]
) -> None:
    clip_id = ingest(team, numbered_zip(2)[0])["result"]["clip"]
    client = log_in(team.expert)
    for address in (f"/api/clips/{clip_id}/frames/1/", f"/api/clips/{clip_id}/chunks/0/"):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first["ETag"], "Accept": "image/*"})
        assert (first.status_code, again.status_code) == (200, 304)
        assert again.content == b""
        assert "immutable" in again["Cache-Control"]


def test_a_frame_past_the_end_is_not_found(
    team: Team, ingest: Ingest, log_in: Callable[..., Client]
) -> None:
    clip_id = ingest(team, numbered_zip(2)[0])["result"]["clip"]
    for index in ("2", "33554432", "99999999999999999999"):
        response = log_in(team.expert).get(f"/api/clips/{clip_id}/frames/{index}/")
        assert response.status_code == 404
        assert response.json()["code"] == "not_found"


def test_strangers_find_no_clip_and_no_pixels(
    team: Team, ingest: Ingest, log_in: Callable[..., Client]
) -> None:
    clip_id = ingest(team, numbered_zip(2)[0])["result"]["clip"]
    client = log_in(team.stranger)
    assert client.get("/api/clips/").json()["results"] == []
    for part in ("", "frame-table/", "frames/0/", "chunks/0/", "thumbnail/"):
        assert client.get(f"/api/clips/{clip_id}/{part}").status_code == 404, part
        assert Client().get(f"/api/clips/{clip_id}/{part}").status_code == 401, part


def test_nothing_of_the_file_name_is_kept(
    team: Team, ingest: Ingest, stored_files: Callable[[], set[str]]
) -> None:
    job = ingest(team, numbered_zip(1)[0])
    clip = Clip.objects.get()
    kept = f"{job} {vars(clip)} {stored_files()}"
    assert "Mustermann" not in kept
    assert "sweep/" not in kept
