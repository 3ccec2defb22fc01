"""Import a folder of images and index masks as accepted clips."""

import errno
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from annotation.frames.mask_images import parse_classes
from annotation.frames.problem import UnreadableSourceError
from annotation.models import Procedure
from annotation.services.import_people import import_people
from annotation.services.pairs_folder import default_classes, pairs_check
from annotation.services.pairs_import import pairs_import
from annotation.services.project_create import project_create
from annotation.services.project_find import project_find
from fascicle.accounts.models import Project, User
from fascicle.command import QuickCommand
from fascicle.errors import FascicleError


class Command(QuickCommand):
    """`import_pairs DIR --project P | --procedure CODE`."""

    help = (
        "Import DIR/images with DIR/masks (same names; palette index or grey value = structure) as "
        "accepted clips of one frame. DIR/groups.json, when there, maps name to subject."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See --help."""
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument(
            "--project", default="", help="name or id; made when --procedure is given"
        )
        parser.add_argument(
            "--procedure", default="", help="code of the procedure of a new project"
        )
        parser.add_argument("--classes", default="", help='mask values, such as "1=nerve,2=vessel"')
        parser.add_argument("--credit", default="", help="source and licence, shown with each clip")
        parser.add_argument("--author", default="", help="account that stands as the author")
        parser.add_argument("--reviewer", default="", help="account that stands as the reviewer")
        parser.add_argument(
            "--admin", action="append", default=[],
            help="account that becomes admin of a new project (default: all staff)",
        )  # fmt: skip
        parser.add_argument("--limit", type=int, default=None, help="import the first so many only")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find or make the project, import, and tell what came of it."""
        try:
            project, procedure = _place(options["project"], options["procedure"])
            pairs = pairs_check(
                folder=options["folder"],
                procedure=procedure,
                classes=parse_classes(options["classes"])
                if options["classes"]
                else default_classes(procedure),
                limit=options["limit"],
            )
            people = import_people(
                author_email=options["author"], reviewer_email=options["reviewer"]
            )
            if project is None:  # nothing is founded for a folder that cannot be imported
                project = _found(options["project"], procedure, options["admin"])
            imported = pairs_import(
                pairs=pairs,
                project=project,
                people=people,
                credit=options["credit"],
                progress=None if options["json"] else self._tell,
            )
        except (FascicleError, UnreadableSourceError) as error:
            raise CommandError(str(error)) from error
        except OSError as refusal:
            raise CommandError(_refused(refusal)) from refusal
        skipped = [{"name": each.stem, "reason": each.reason} for each in imported.skipped]
        if options["json"]:
            summary = {
                "project": {"id": str(project.pk), "name": project.name},
                "clips": imported.clip_ids,
                "imported": len(imported.clip_ids),
                "skipped": skipped,
                "without_mask": imported.without_mask,
                "without_image": imported.without_image,
                "structures_shown": sorted(pairs.shown),
            }
            self.stdout.write(json.dumps(summary))
            return
        self.stdout.write(f"{len(imported.clip_ids)} clips imported into “{project.name}”.")
        for each in skipped:
            self.stdout.write(f"  skipped {each['name']}: {each['reason']}")
        if not pairs.shown:
            self.stdout.write(
                "  no mask shows a structure, so nothing can be learnt from these alone: check "
                "that the masks are index masks (0 is background)"
            )
        for what, stems in (("mask", imported.without_mask), ("image", imported.without_image)):
            if stems:
                self.stdout.write(f"  {len(stems)} without {what}: {', '.join(stems[:10])}")

    def _tell(self, done: int, total: int) -> None:
        if sys.stderr.isatty() or done % 50 == 0 or done == total:
            self.stderr.write(f"{done} of {total}", ending="\r" if sys.stderr.isatty() else "\n")


def _refused(refusal: OSError) -> str:
    reason = refusal.strerror or str(refusal)
    if refusal.errno in {errno.ENOSPC, errno.EDQUOT}:
        return (
            f"{reason}: the storage takes no more. Make room, then run the same command again; "
            "pictures that were imported before are left out by themselves."
        )
    return f"{refusal.filename or 'A file'} cannot be read or written: {reason}."


def _place(wanted: str, procedure_code: str) -> tuple[Project | None, Procedure]:
    """The project, None for one that is to be founded, and its procedure."""
    if not procedure_code:
        if not wanted:
            raise CommandError("Say where to: --project NAME, or --procedure CODE for a new one.")
        project = project_find(wanted)
        return project, project.protocol.procedure
    procedure = Procedure.objects.filter(code=procedure_code).first()
    if procedure is None:
        codes = ", ".join(Procedure.objects.order_by("code").values_list("code", flat=True))
        raise CommandError(f"There is no procedure “{procedure_code}”; there are {codes}.")
    found = Project.objects.filter(name=wanted, archived_at=None).first() if wanted else None
    if found is not None and found.protocol.procedure_id != procedure.pk:
        raise CommandError(
            f"The project “{found.name}” is about {found.protocol.procedure}, not {procedure}."
        )
    return found, procedure


def _found(name: str, procedure: Procedure, admin_emails: list[str]) -> Project:
    admins = list(User.objects.filter(is_active=True, is_staff=True))
    if admin_emails:
        admins = list(User.objects.filter(email__in=[each.lower() for each in admin_emails]))
        if len(admins) != len(set(admin_emails)):
            raise CommandError("One of the accounts named by --admin does not exist.")
    return project_create(
        name=name or procedure.name, procedure=procedure, actor=None, admins=admins
    )
