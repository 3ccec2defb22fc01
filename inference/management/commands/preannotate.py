"""Let the promoted model look at clips."""

import json
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from annotation.models import Clip
from fascicle.command import QuickCommand
from fascicle.errors import FascicleError
from fascicle.jobs.models import JobState
from inference.models import ModelVersion
from inference.selectors import project_named
from inference.services.jobs_wait import jobs_wait
from inference.services.preannotate_start import preannotate_start


class Command(QuickCommand):
    """`./manage.py preannotate --clip ID`, or `--project P` for all clips not accepted yet."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Which clips, which model, and whether to wait."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--clip", action="append", help="id of a clip; may be repeated")
        which.add_argument("--project", help="name or id: every clip that is not accepted yet")
        parser.add_argument("--model", type=int, metavar="NUMBER", help="version, not the promoted")
        parser.add_argument("--wait", action="store_true", help="until workers have done it")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Queue the jobs; with --wait follow them to their end."""
        del args
        try:
            jobs = [
                preannotate_start(clip=clip, actor=None, model_version=self._version(clip, options))
                for clip in self._clips(options)
            ]
        except FascicleError as error:
            raise CommandError(error.detail) from error
        if options["wait"]:
            jobs = jobs_wait((job.pk for job in jobs), tell=self.stderr.write)
        rows = [
            {
                "job": str(job.pk),
                "clip": str(job.target_id),
                "state": job.state,
                "error": job.error,
                "annotation_set": job.result.get("annotation_set"),
            }
            for job in jobs
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
        else:
            for row in rows:
                self.stdout.write(f"clip {row['clip']}: {row['state']} {row['error']}".rstrip())
        if options["wait"] and any(job.state != JobState.DONE for job in jobs):
            raise CommandError("Not every clip could be pre-annotated.")

    def _clips(self, options: dict[str, Any]) -> list[Clip]:
        live = Clip.objects.filter(deleted_at__isnull=True)
        if options["project"]:
            project = project_named(options["project"])
            return list(live.filter(project=project).exclude(state="accepted").order_by("number"))
        clips = []
        for text in options["clip"]:
            try:
                clips.append(live.get(pk=UUID(text)))
            except (Clip.DoesNotExist, ValueError):
                raise CommandError(f"There is no clip {text}.") from None
        return clips

    def _version(self, clip: Clip, options: dict[str, Any]) -> ModelVersion | None:
        if options["model"] is None:
            return None
        version = (
            ModelVersion.objects.in_project(clip.project_id).filter(number=options["model"]).first()
        )
        if version is None:
            raise CommandError(f"The project has no model version {options['model']}.")
        return version
