"""Upload a clip from the server's own command line."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotation.clip_words import checked_words
from annotation.services.project_find import project_find
from annotation.services.upload_receive import upload_receive
from fascicle.accounts.models import Membership, Project, Role, User
from fascicle.errors import FascicleError
from fascicle.jobs.models import Job, JobState

_POLL_SECONDS = 0.25


class Command(BaseCommand):
    """`upload FILE --project P --subject S`."""

    help = "Upload a clip: queue its ingest, and with --wait follow it to the end."

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
        parser.add_argument("--wait", action="store_true", help="until the clip is there")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy the file into the waiting room and queue its ingest."""
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
            job = upload_receive(
                project=project,
                actor=_actor(project, options["email"]),
                source=file,
                words=words,
                may_move=False,
            )
        except FascicleError as error:
            raise CommandError(error.detail) from error
        if options["wait"]:
            job = self._follow(job, is_quiet=options["json"])
        self._tell(job, as_json=options["json"])
        if job.state in {JobState.FAILED, JobState.CANCELLED}:
            raise CommandError(job.error)

    def _follow(self, job: Job, *, is_quiet: bool) -> Job:
        told = ""
        while not job.is_finished:
            time.sleep(_POLL_SECONDS)
            job.refresh_from_db()
            if job.message and job.message != told and not is_quiet:
                told = job.message
                self.stderr.write(told)
        return job

    def _tell(self, job: Job, *, as_json: bool) -> None:
        if as_json:
            told = {
                "job": str(job.pk),
                "state": job.state,
                "clip": str(job.target_id),
                "error": job.error,
            }
            self.stdout.write(json.dumps(told))
        else:
            self.stdout.write(f"job {job.pk} ({job.get_state_display()}), clip {job.target_id}")


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
