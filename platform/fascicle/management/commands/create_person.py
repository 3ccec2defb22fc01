"""Make an account; on an empty site this is how the first one comes about."""

import json
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email

from fascicle.accounts.models import User
from fascicle.accounts.services.member_add import invitation_path
from fascicle.command import QuickCommand


class Command(QuickCommand):
    """`./manage.py create_person EMAIL [--staff]`: prints a one-time link to choose a password."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Who it is."""
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--staff", action="store_true", help="may create projects")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and print what comes next."""
        del args
        email = options["email"].strip().lower()
        try:
            validate_email(email)
            password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None
            if password is not None:
                validate_password(password, User(email=email, name=options["name"]))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if User.objects.filter(email=email).exists():
            raise CommandError(f"There is an account with the address {email} already.")
        user = User.objects.create_user(
            email, password, name=options["name"], is_staff=options["staff"]
        )
        link = None if password else f"{settings.FASCICLE_ADDRESS}{invitation_path(user)}"
        if options["json"]:
            self.stdout.write(json.dumps({"id": str(user.pk), "invitation_url": link}))
        elif link:
            self.stdout.write(f"Open this once to choose the password: {link}")
        else:
            self.stdout.write(f"{email} can log in.")
