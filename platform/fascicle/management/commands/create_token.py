"""Make a token for a script."""

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser

from fascicle.accounts.models import Project, User
from fascicle.accounts.services import token_create
from fascicle.command import QuickCommand
from fascicle.errors import FascicleError


class Command(QuickCommand):
    """`./manage.py create_token EMAIL --name NAME`: the key is printed once."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose token, and how narrow."""
        parser.add_argument("email")
        parser.add_argument("--name", default="script")
        parser.add_argument("--project", help="name or id; the token works in this project only")
        parser.add_argument("--read-only", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and print the key."""
        del args
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError(f"There is no account with the address {options['email']}.")
        project = None
        if options["project"]:
            visible = list(Project.objects.visible_to(user))
            project = next((p for p in visible if options["project"] in {p.name, str(p.pk)}), None)
            if project is None:
                raise CommandError(f"{user} is in no project called {options['project']}.")
        try:
            made = token_create(
                user=user,
                name=options["name"],
                project=project,
                is_read_only=options["read_only"],
            )
        except FascicleError as error:
            raise CommandError(error.detail) from error
        if options["json"]:
            self.stdout.write(json.dumps({"id": str(made.token.pk), "key": made.key}))
        else:
            self.stdout.write(made.key)
