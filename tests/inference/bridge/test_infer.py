"""`--infer` with a real model: masks from the bridge, in the session's own numbers, or a reason."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import redis
from websockets.asyncio.client import connect

from inference.bridge.agent import Agent
from inference.bridge.labels import BridgeModel
from inference.bridge.model_trial import ModelTrialError, ready
from inference.engine import Engine, read_spec
from inference.live.wanted import WantedModel
from inference.live.wire import Flag, Frame, Kind, confidence_of, decode_frame, labels_of
from inference.services.live.board import publish_wanted
from tests.inference.bridge.fakes import TOKEN, FakeHub, FakeSite, image_of, wait_for
from tests.inference.live.hub_rig import MODEL, ticket, wanted
from tests.inference.live.served_hub import serve_hub

ROOT = Path(__file__).resolve().parents[3]
STARTER = ROOT / "inference" / "starter" / "starter-2.keras"
CODES = read_spec(STARTER).codes


def procedure(codes: tuple[str, ...]) -> list[dict[str, Any]]:
    """Structures whose channels stand in another order than the model's, and one more besides."""
    named = [("fascia", 2), *((code, 3 + 2 * n) for n, code in enumerate(reversed(codes)))]
    return [
        {"channel": channel, "code": code, "name": code, "colour": "#ff0000", "kind": "other"}
        for code, channel in named
    ]


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter model as a folder that needs no TensorFlow."""
    folder = tmp_path_factory.mktemp("exported") / "starter-2"
    command = [sys.executable, "-m", "training", "export", "--model", str(STARTER)]
    command += ["--format", "onnx", "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return folder


@pytest.fixture
def without_tensorflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which TensorFlow and Keras cannot be imported, for this test's children."""
    for name in ("tensorflow", "keras"):
        package = tmp_path / "blocked" / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(f"raise ImportError('no {name} here')\n")
    paths = [str(tmp_path / "blocked"), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))


def same_structure(message: Frame, engine: Engine, channels: dict[str, int]) -> float:
    """Of the cells that the message's mask names, the share that the engine names alike on the
    very picture of the message.
    """
    labels = message.segment(Kind.LABELS)
    assert labels is not None
    mask = labels_of(labels)
    table = np.zeros(256, np.uint8)
    for each in engine.classes:
        table[each.index] = channels[each.code]
    own = table[engine.segment(image_of(message)).labels[0]]
    named = mask > 0
    assert named.sum() > 500
    return float((mask[named] == own[named]).mean())


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("services")
def test_the_script_makes_masks_while_the_hub_loads_no_model(
    settings: Any, tmp_path: Path, exported: Path, without_tensorflow: None
) -> None:
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    structures = procedure(CODES)
    publish_wanted(wanted(structures=structures, model=MODEL))
    channels = {each["code"]: each["channel"] for each in structures}
    messages: list[Frame] = []
    models: list[dict[str, Any]] = []
    begun: list[WantedModel] = []

    async def what(address: str) -> None:
        site = FakeSite(cast("FakeHub", SimpleNamespace(port=int(address.rpartition(":")[2]))))
        site.ticket = ticket("publisher", subject="d1")
        command = [sys.executable, "-m", "inference.bridge", "--server", site.address]
        command += ["--token", TOKEN, "--source", "phantom", "--infer", str(exported)]
        home = {"FASCICLE_BRIDGE_HOME": str(tmp_path), "FASCICLE_ENGINE_CACHE": str(tmp_path)}
        said = tmp_path / "said"
        with said.open("wb") as log:
            bridge = subprocess.Popen(command, stderr=log, cwd=ROOT, env={**os.environ, **home})
        view = f"ws://{address}/live/view?ticket={ticket()}"
        try:
            # who watches before a bridge has come gets the hub's model
            while "connected to" not in said.read_text():
                assert bridge.poll() is None
                await asyncio.sleep(0.05)
            async with asyncio.timeout(400), connect(view, max_size=None) as viewer:
                while sum(bool(each.flags & Flag.INFERRED) for each in messages) < 20:
                    told = await viewer.recv()
                    if isinstance(told, str):
                        text = json.loads(told)
                        models.append(text["model"]) if text["type"] == "hello" else None
                        continue
                    frame = decode_frame(told)
                    messages.append(frame)
                    ack = {"type": "ack", "sequence": frame.sequence, "epoch": frame.epoch}
                    await viewer.send(json.dumps({**ack, "drawn_us": 0}))
                maps = Path(f"/proc/{bridge.pid}/maps").read_text()
        finally:
            bridge.terminate()
            await asyncio.to_thread(bridge.wait, 30)
            site.close()
        assert "site-packages/tensorflow/" not in maps
        assert re.search(r"runs on (openvino|onnxruntime)", said.read_text())

    def start_worker(model: WantedModel) -> Any:
        begun.append(model)
        raise AssertionError("The hub makes no masks of a bridge that does.")

    serve_hub(str(settings.REDIS_URL), what, start_worker=start_worker)
    assert begun == []
    assert models[-1]["label"] == "The bridge makes the masks."
    # the stream began before the model was ready
    assert not messages[0].flags & Flag.INFERRED
    assert messages[0].segment(Kind.LABELS) is None
    inferred = [each for each in messages if each.flags & Flag.INFERRED][5:]
    engine = Engine.load(exported)
    assert min(same_structure(each, engine, channels) for each in inferred) > 0.9
    for message in inferred:
        sure = message.segment(Kind.CONFIDENCE)
        assert sure is not None
        by_code = dict(zip(channels, confidence_of(sure), strict=True))
        assert np.isnan(by_code.pop("fascia"))
        assert 0.5 < np.nanmax(list(by_code.values())) <= 1
        assert message.inference_us > 0


@pytest.mark.timeout(300)
def test_a_keras_file_is_converted_once_in_a_process_of_its_own(tmp_path: Path) -> None:
    runtime = ready(STARTER, tmp_path)
    assert runtime.startswith(("openvino", "onnxruntime"))
    made = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("model.*")}
    assert made
    assert ready(STARTER, tmp_path) == runtime
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("model.*")} == made


@pytest.mark.usefixtures("without_tensorflow")
def test_a_keras_file_on_a_machine_without_tensorflow_is_answered_with_what_to_give(
    tmp_path: Path,
) -> None:
    with pytest.raises(ModelTrialError, match="python -m training export") as raised:
        ready(STARTER, tmp_path / "cache")
    assert "starter-2.keras cannot be converted here" in str(raised.value)


def infers(hub: FakeHub) -> list[bool]:
    """What each connection of the bridge said of itself."""
    return [each["infers"] for each in hub.said("hello")]


def test_a_file_that_is_no_model_is_refused_while_pictures_go_on(
    hub: FakeHub, bridge: Callable[..., Agent], tmp_path: Path
) -> None:
    file = tmp_path / "model.keras"
    file.write_bytes(b"not a model")
    said: list[str] = []
    model = BridgeModel(file, say=said.append, cache=tmp_path)
    model.start()
    bridge(labeller=model)
    # the hub is told that masks do not come from here, so that its own model may serve
    assert wait_for(lambda: infers(hub)[-1:] == [False], seconds=60)
    count = len(hub.frames)
    assert wait_for(lambda: len(hub.frames) > count + 5)
    assert not any(frame.flags & Flag.INFERRED for frame in hub.frames)
    assert model.view()["state"] == "refused"
    assert "model.keras cannot be used" in model.view()["sentence"]
    assert any("model.keras cannot be used" in each for each in said)


@pytest.mark.timeout(200)
def test_a_model_that_does_not_fit_the_procedure_is_refused_by_name(
    hub: FakeHub, bridge: Callable[..., Agent], tmp_path: Path, exported: Path
) -> None:
    hub.classes = [
        {"index": each["channel"], "code": each["code"]} for each in procedure(CODES[1:])
    ]
    model = BridgeModel(exported, say=lambda _: None, cache=tmp_path)
    model.start()
    bridge(labeller=model)
    assert wait_for(lambda: infers(hub)[-1:] == [False], seconds=120)
    count = len(hub.frames)
    assert wait_for(lambda: len(hub.frames) > count + 5)
    assert not any(frame.flags & Flag.INFERRED for frame in hub.frames)
    assert model.view()["sentence"] == (
        f"The model names structures that the procedure does not have: {CODES[0]}."
    )
    assert infers(hub)[0] is True
