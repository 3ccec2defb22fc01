"""Upload a clip from the server's own command line."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from annotation.clip_words import checked_words
from annotation.deidentify import Redaction
from annotation.models import Upload, UploadState
from annotation.services.project_find import project_find
from annotation.services.upload_receive import upload_receive
from fascicle.accounts.models import Membership, Project, Role, User
from fascicle.errors import FascicleError
from fascicle.jobs.models import Job

_POLL_SECONDS = 0.25


class Command(BaseCommand):
    """`upload FILE --project P --subject S`."""

    help = (
        "Upload a clip. It is looked at, and then waits until an expert or admin has confirmed "
        "on a page what is cut off and blanked; --release confirms the proposal at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See --help."""
        parser.add_argument("file", type=Path, metavar="FILE")
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
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
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
            job = upload_receive(
                project=project,
                actor=actor,
                source=file,
                words=words,
                may_move=False,
                releaser=actor if options["release"] or options["keep_all"] else None,
                redaction=Redaction() if options["keep_all"] else None,
            )
        except FascicleError as error:
            raise CommandError(error.detail) from error
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
