"""The work of a `model_export` job: one supervised process, and its files as a zip."""

import hashlib
import json
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.services import job_finish
from inference.models import ModelVersion
from inference.services import weights_fetch
from inference.services.held_job import held_job
from training.export import REPORT
from training.models import ModelExport
from training.services.export_frames import export_frames_write
from training.services.fit_process import FitProcess

REPORT_SECONDS = 2.0
_EXPECTED_SECONDS = 120.0  # of the conversions, for the bar only

_README = """\
{name}, version {number}, network {network}

Research use only. Not for diagnosis, not for guiding a needle.

fascicle.json says what the network takes and what its outputs mean: size, normalisation,
structures in the order of the channels, thresholds. card.json is the model's card. parity.json
tells, for each file that a runtime here can run, how far its answers are from the original's.

  model.onnx                         ONNX Runtime and others
  model.xml, model-int8.xml, *.bin   OpenVINO IR
  model.tflite                       LiteRT, float32
  model-dynamic.tflite               LiteRT, 8-bit weights
  model-int8.tflite                  LiteRT, full int8

`Engine.load` of inference.engine takes this folder as it is.
"""


def model_export_make(context: JobContext) -> dict[str, Any]:
    """Convert, prove and keep; formats that could not be made are told in the report.

    Raises InvalidInput with the process's own sentence when nothing came of it, JobStopped when
    cancelled or taken over.
    """
    export = ModelExport.objects.select_related("model_version").get(job_id=context.job_id)
    version = export.model_version
    member = version.members[export.member]
    context.report(0.02, "Fetching the model")
    model = weights_fetch(storage_key=member["storage_key"], sha256=member["sha256"])
    root = Path(settings.STATE_DIR) / "training"
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="export-", dir=root) as folder:
        work = Path(folder)
        context.report(0.05, "Reading frames to measure on")
        options = export_frames_write(version, export.member, work)
        out = work / "out"
        arguments = [
            *("--model", str(model), "--format", ",".join(export.formats)),
            *("--out", str(out), *options),
        ]
        _convert(context, arguments, log=work / "export.log", out=out)
        report = _report(out)
        context.report(0.95, "Storing the files")
        packed = work / "export.zip"
        _pack(out, packed, version, export.member)
        with packed.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            key = f"model-exports/{export.pk}-{context.attempt}-{sha256[:12]}.zip"
            key = default_storage.save(key, File(file))
        size = packed.stat().st_size
    former = export.storage_key
    result = {"byte_size": size, "files": len(report["files"])}
    with held_job(context):
        export.report, export.storage_key = report, key
        export.sha256, export.byte_size = sha256, size
        export.save(update_fields=["report", "storage_key", "sha256", "byte_size"])
        job_finish(job_id=context.job_id, attempt=context.attempt, result=result)
    if former:
        default_storage.delete(former)
    return result


def _convert(context: JobContext, arguments: list[str], *, log: Path, out: Path) -> None:
    began = reported = time.monotonic()
    with FitProcess(
        arguments, folder=Path(settings.BASE_DIR), log=log, command="export"
    ) as process:
        while process.wait_events(0.5) is not None:
            now = time.monotonic()
            if now - reported < REPORT_SECONDS:
                continue
            reported = now
            share = min((now - began) / _EXPECTED_SECONDS, 1.0)
            try:
                context.report(0.1 + 0.8 * share, "Converting and comparing with the original")
            except JobStopped:
                process.stop(grace_seconds=0.0)
                raise
        # 1: some format could not be made or proven; the report says which
        if process.exit_status not in {0, 1} or not (out / REPORT).is_file():
            raise InvalidInput(process.sentence())


def _report(out: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((out / REPORT).read_text(encoding="utf-8"))
    del report["model"]  # a path of this machine
    (out / REPORT).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    sizes = {path.name: path.stat().st_size for path in sorted(out.iterdir()) if path.is_file()}
    return {**report, "sizes": sizes}


def _pack(out: Path, target: Path, version: ModelVersion, member: int) -> None:
    readme = _README.format(name=version.name, number=version.number, network=member + 1)
    card = {"name": version.name, "number": version.number, "recipe": version.recipe}
    card |= {"structures": version.structures, "metrics": version.metrics, **version.card}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme)
        archive.writestr("card.json", json.dumps(card, indent=2) + "\n")
        for path in sorted(out.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                archive.write(path, str(path.relative_to(out)))
