from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from inference.engine.errors import ModelFileError
from inference.engine.modelfile import ENTRY, ModelSpec, read_spec, spec_from_json, write_spec


def test_a_model_file_says_what_was_written_into_it(model_file: Path, spec: ModelSpec) -> None:
    assert read_spec(model_file) == spec


def test_keras_reads_the_file_as_if_the_extra_entry_were_not_there(model_file: Path) -> None:
    import keras

    assert keras.saving.load_model(model_file, compile=False).output_shape == (None, 32, 32, 3)


def test_writing_again_replaces_the_description(
    model_file: Path, spec: ModelSpec, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.keras"
    shutil.copy(model_file, copy)
    write_spec(copy, replace(spec, recipe="another", golden=(0.5, 0.25, 0.25)))
    assert read_spec(copy).recipe == "another"
    assert read_spec(copy).golden == (0.5, 0.25, 0.25)
    with zipfile.ZipFile(copy) as archive:
        assert archive.namelist().count(ENTRY) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["copy.keras"]


def test_the_notice_travels_with_the_description(model_file: Path) -> None:
    with zipfile.ZipFile(model_file) as archive:
        described = json.loads(archive.read(ENTRY))
    assert described["notice"] == (
        "Research use only: not for diagnosis, not for guiding a needle."
    )


def test_a_description_from_before_the_notice_is_read(spec: ModelSpec) -> None:
    described = json.loads(json.dumps(spec.to_json()))
    del described["notice"]
    assert spec_from_json(described) == spec


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"no model file .*gone\.keras"):
        read_spec(tmp_path / "gone.keras")


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "noise.keras"
    path.write_bytes(b"not a model")
    with pytest.raises(ModelFileError, match="not a readable model file"):
        read_spec(path)


def test_a_keras_model_without_a_description_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")
    with pytest.raises(ModelFileError, match=r"without fascicle\.json"):
        read_spec(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format_version": 99}, "update it"),
        ({"classes": []}, "not numbered"),
        ({"classes": [{"index": 2, "code": "a", "name": "A"}]}, "not numbered"),
        ({"input": {"height": 0, "width": 8}}, "damaged"),
        ({"preprocessing": {"fit": "stretch", "normalisation": "unit"}}, "damaged"),
        ({"classes": "nerve"}, "damaged"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(
    spec: ModelSpec, change: dict[str, object], sentence: str
) -> None:
    described = json.loads(json.dumps(spec.to_json())) | change
    with pytest.raises(ModelFileError, match=sentence):
        spec_from_json(described)
