"""Export clips from the server's own command line."""

import hashlib
import json
import re
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from annotation.exports.contents import FORMATS
from annotation.models import AnnotationSet, Clip
from annotation.services.export_start import export_row
from annotation.services.export_write import export_write
from annotation.services.project_find import project_find
from fascicle.accounts.models import Membership, Project, Role, User
from fascicle.command import QuickCommand
from fascicle.errors import FascicleError

_TOLD_EVERY_SECONDS = 2.0


class Command(QuickCommand):
    """`export --project P [--clip N ...] [--out FILE]`."""

    help = (
        "Write clips with their accepted annotation, or with one annotation set, into a zip. "
        "Research use only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See --help."""
        parser.add_argument("--project", required=True, help="name or id")
        parser.add_argument(
            "--clip", action="append", default=[], metavar="N",
            help="number or id of a clip; may be given several times (default: all)",
        )  # fmt: skip
        parser.add_argument(
            "--annotation", default="accepted", help='"accepted" (default) or the id of a set'
        )
        parser.add_argument(
            "--format", dest="formats", action="append", default=[], choices=FORMATS,
            help="besides frames, masks, tables and shapes; may be given several times",
        )  # fmt: skip
        parser.add_argument(
            "--only-annotated", action="store_true", help="leave out frames nothing is said about"
        )
        parser.add_argument("--out", type=Path, default=None, metavar="FILE")
        parser.add_argument(
            "--as", dest="email", default="",
            help="account of an expert or admin (default: an admin of the project)",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the zip here and now; no worker is needed."""
        try:
            project = project_find(options["project"])
            out: Path = options["out"] or Path(f"{_plain(project.name)}-export.zip")
            if out.exists():
                raise CommandError(f"{out} exists already; it is left as it is.")
            annotation_set = _set(project, options["annotation"])
            with transaction.atomic():
                export = export_row(
                    project=project,
                    actor=_actor(project, options["email"]),
                    clips=_clips(project, options["clip"]) if options["clip"] else None,
                    annotation_set=annotation_set,
                    formats=options["formats"],
                    only_annotated=options["only_annotated"],
                )
            progress = _Progress(self, is_quiet=options["json"])
            export_write(export=export, path=out, written=progress.written)
        except FascicleError as error:
            raise CommandError(error.detail) from error
        with out.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        told = {
            "export": str(export.pk),
            "file": str(out),
            "byte_size": out.stat().st_size,
            "sha256": sha256,
            "clips": len(export.clips),
        }
        if options["json"]:
            self.stdout.write(json.dumps(told))
            return
        self.stdout.write(
            f"{out}: {told['clips']} clips, {out.stat().st_size / 1024**2:,.1f} MiB. "
            "Research use only."
        )


class _Progress:
    def __init__(self, command: BaseCommand, *, is_quiet: bool) -> None:
        self._command = command
        self._is_quiet = is_quiet
        self._told_at = time.monotonic()

    def written(self, done: int, total: int) -> None:
        if self._is_quiet or time.monotonic() - self._told_at < _TOLD_EVERY_SECONDS:
            return
        self._told_at = time.monotonic()
        end = "\r" if sys.stderr.isatty() else "\n"
        self._command.stderr.write(f"frame {done} of {total}", ending=end)


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or "project"


def _clips(project: Project, wanted: list[str]) -> list[Clip]:
    rows = Clip.objects.filter(project=project, deleted_at__isnull=True)
    found = []
    for word in wanted:
        clip = rows.filter(number=int(word)).first() if word.isdecimal() else _by_id(rows, word)
        if clip is None:
            raise CommandError(f"“{project.name}” has no clip {word}.")
        found.append(clip)
    return found


def _by_id(rows: Any, word: str) -> Clip | None:
    try:
        found: Clip | None = rows.filter(pk=UUID(word)).first()
    except ValueError:
        return None
    return found


def _set(project: Project, word: str) -> AnnotationSet | None:
    if word == "accepted":
        return None
    try:
        row = (
            AnnotationSet.objects.select_related("clip")
            .filter(pk=UUID(word), clip__project=project, clip__deleted_at__isnull=True)
            .first()
        )
    except ValueError:
        row = None
    if row is None:
        raise CommandError(f"“{project.name}” has no annotation set {word}.")
    return row


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
