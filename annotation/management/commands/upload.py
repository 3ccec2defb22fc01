"""Upload a clip from the server's own command line."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management.base import CommandError

from annotation.clip_words import checked_words
from annotation.deidentify import Redaction
from annotation.frames.folder_zip import zip_folder
from annotation.frames.problem import UnreadableSourceError
from annotation.models import Upload, UploadState
from annotation.services.project_find import project_find
from annotation.services.upload_receive import upload_receive
from annotation.services.waiting_upload import waiting_path
from fascicle.accounts.models import Membership, Project, Role, User
from fascicle.command import QuickCommand
from fascicle.errors import FascicleError
from fascicle.jobs.models import Job

_POLL_SECONDS = 0.25


class Command(QuickCommand):
    """`upload FILE --project P --subject S`; FILE may be a folder of frames."""

    help = (
        "Upload a clip. It is looked at, and then waits until an expert or admin has confirmed "
        "on a page what is cut off and blanked; --release confirms the proposal at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See --help."""
        parser.add_argument("file", type=Path, metavar="FILE", help="or a folder of frames")
        parser.add_argument("--project", required=True, help="name or id")
        parser.add_argument("--subject", required=True, help="pseudonym; made when new")
        parser.add_argument("--label", default="")
        parser.add_argument("--scanner", default="")
        parser.add_argument("--credit", default="", help="source and licence, shown with the clip")
        parser.add_argument("--microns-per-pixel", type=float, default=None)
        parser.add_argument(
            "--as", dest="email", default="",
            help="account of an expert or admin (default: an admin of the project)",
        )  # fmt: skip
        parser.add_argument(
            "--release", action="store_true",
            help="you have looked at the file and state that nothing in it identifies a person "
            "beyond what is found and blanked; recorded with your account",
        )  # fmt: skip
        parser.add_argument(
            "--keep-all", action="store_true",
            help="as --release, but nothing is cut off or blanked: simulated pictures, or such "
            "that were cleaned before",
        )  # fmt: skip
        parser.add_argument(
            "--wait", action="store_true",
            help="until the clip is there, or without --release until a person must confirm",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy the file into the waiting room and queue its inspection."""
        file: Path = options["file"]
        if not file.exists():
            raise CommandError(f"There is no file or folder {file}.")
        try:
            project = project_find(options["project"])
            words = checked_words(
                subject=options["subject"],
                label=options["label"],
                scanner=options["scanner"],
                credit=options["credit"],
                microns_per_pixel=options["microns_per_pixel"],
            )
            actor = _actor(project, options["email"])
            with _one_file(file) as source:
                job = upload_receive(
                    project=project,
                    actor=actor,
                    source=source,
                    words=words,
                    may_move=file.is_dir(),
                    releaser=actor if options["release"] or options["keep_all"] else None,
                    redaction=Redaction() if options["keep_all"] else None,
                )
        except FascicleError as error:
            raise CommandError(error.detail) from error
        except UnreadableSourceError as error:
            raise CommandError(str(error)) from error
        upload = Upload.objects.get(pk=str(job.target_id))
        if options["wait"]:
            self._follow(upload, is_quiet=options["json"])
        self._tell(upload, as_json=options["json"])
        if upload.state in {UploadState.FAILED, UploadState.CANCELLED}:
            raise CommandError(upload.error)

    def _follow(self, upload: Upload, *, is_quiet: bool) -> None:
        told = ""
        while not upload.is_finished:
            job = Job.objects.get(pk=_job_of(upload))
            if job.message and job.message != told and not is_quiet:
                told = job.message
                self.stderr.write(told)
            if upload.state == UploadState.AWAITING_RELEASE and (
                upload.releaser_id is None or job.is_finished
            ):
                return  # a person's turn
            time.sleep(_POLL_SECONDS)
            upload.refresh_from_db()

    def _tell(self, upload: Upload, *, as_json: bool) -> None:
        if as_json:
            told = {
                "upload": str(upload.pk),
                "job": _job_of(upload),
                "state": upload.state,
                "clip": str(upload.pk),
                "error": upload.error,
                "confirm_at": _confirm_at(upload),
            }
            self.stdout.write(json.dumps(told))
            return
        state = UploadState(upload.state).label.lower()
        self.stdout.write(f"upload {upload.pk} ({state}), job {_job_of(upload)}")
        if upload.releaser_id is None and not upload.is_finished:
            self.stdout.write(f"It becomes a clip when confirmed at {_confirm_at(upload)}")


@contextmanager
def _one_file(path: Path) -> Iterator[Path]:
    """The file itself; a folder as a zip, on the disk that must hold it anyway and under a name
    that the sweep knows.
    """
    if not path.is_dir():
        yield path
        return
    packed = waiting_path(uuid4())
    packed.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with packed.open("xb") as target:
            zip_folder(path, target)
        yield packed
    finally:
        packed.unlink(missing_ok=True)


def _job_of(upload: Upload) -> str:
    return str(upload.ingest_job_id or upload.inspect_job_id or "")


def _confirm_at(upload: Upload) -> str:
    return f"{settings.FASCICLE_ADDRESS.rstrip('/')}/uploads/{upload.pk}"


def _actor(project: Project, email: str) -> User:
    if email:
        actor = User.objects.filter(email=email.strip().lower()).first()
    else:
        admins = Membership.objects.filter(project=project, role=Role.ADMIN, user__is_active=True)
        first = admins.select_related("user").order_by("created_at").first()
        actor = first.user if first else None
    if actor is None:
        raise CommandError(
            f"There is no account {email}."
            if email
            else "The project has no admin; name one by --as."
        )
    return actor
