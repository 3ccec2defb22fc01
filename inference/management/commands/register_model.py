"""Enter model files into a project's registry."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from fascicle.command import QuickCommand
from fascicle.errors import FascicleError
from inference.models import AliasName, ModelVersion
from inference.selectors import project_named
from inference.services.model_files_register import model_files_register
from inference.services.model_promote import model_promote


class Command(QuickCommand):
    """`./manage.py register_model --project P --name N FILE... [--promote live,preannotate]`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Which files, as what."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--project", required=True, help="name or id")
        parser.add_argument("--name", required=True)
        parser.add_argument("--promote", default="", metavar="ALIAS,...")
        parser.add_argument("--reason", default="Registered by command.")
        parser.add_argument(
            "--override", action="store_true", help="promote even if it is worse than what serves"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Register, then promote."""
        del args
        wanted = [name.strip() for name in options["promote"].split(",") if name.strip()]
        unknown = sorted(set(wanted) - set(AliasName.values))
        if unknown:
            known = ", ".join(AliasName.values)
            raise CommandError(f"There is no alias {unknown[0]}; there are {known}.")
        try:
            version = self._registered(wanted, options)
        except FascicleError as error:
            raise CommandError(error.detail) from error
        if options["json"]:
            row = {"id": str(version.pk), "number": version.number, "name": version.name}
            self.stdout.write(json.dumps(row))
        else:
            self.stdout.write(f"{version}")

    @transaction.atomic
    def _registered(self, wanted: list[str], options: dict[str, Any]) -> ModelVersion:
        """Registered and promoted, or neither."""
        version = model_files_register(
            project=project_named(options["project"]),
            actor=None,
            name=options["name"],
            files=options["files"],
            reason=options["reason"],
        )
        for name in wanted:
            if name != AliasName.CANDIDATE:  # registering has pointed that one there
                model_promote(
                    version=version,
                    name=AliasName(name),
                    reason=options["reason"],
                    actor=None,
                    is_override=options["override"],
                )
        return version
