"""The work of a `model_export` job: one supervised process, and its files as a zip."""

import hashlib
import json
import tempfile
import time
import zipfile
from collections.abc import Sequence
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
from training.export import EXPORTED, REPORT
from training.export_readme import CARD_FILE, README_FILE, readme_text
from training.models import ModelExport
from training.services.export_frames import export_frames_write
from training.services.fit_process import FitProcess

REPORT_SECONDS = 2.0
_EXPECTED_SECONDS = 120.0  # of the conversions, for the bar only


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
        _pack(out, packed, version, export.member, report["files"])
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


def _pack(
    out: Path, target: Path, version: ModelVersion, member: int, files: Sequence[str]
) -> None:
    """Only what an export is known to hold: whatever else lies there may be made of frames."""
    card = {"name": version.name, "number": version.number, "recipe": version.recipe}
    card |= {"structures": version.structures, "metrics": version.metrics, **version.card}
    title = f"{version.name}, version {version.number}, network {member + 1}"
    # the export saw a file without name or card: the registry knows both
    ours = {README_FILE: readme_text(title, files, card)}
    ours[CARD_FILE] = json.dumps(card, indent=2) + "\n"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in ours.items():
            archive.writestr(name, text)
        for name in sorted(set(EXPORTED) - set(ours)):
            if (out / name).is_file():
                archive.write(out / name, name)
