"""The four people of the demo, and the file that tells their log-ins."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from fascicle.accounts.models import Membership, Project, Role, User

DEFAULT_PASSWORD = "fascicle-demo"  # noqa: S105  # shown on the page on purpose
LOGINS_FILE = "demo-logins.json"


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """Who does what in the demo."""

    admin: User
    expert: User
    second_expert: User
    trainee: User

    @property
    def roles(self) -> tuple[tuple[User, Role], ...]:
        return (
            (self.admin, Role.ADMIN),
            (self.expert, Role.EXPERT),
            (self.second_expert, Role.EXPERT),
            (self.trainee, Role.TRAINEE),
        )


def demo_password() -> str:
    """FASCICLE_DEMO_PASSWORD, or the one in the README."""
    return os.environ.get("FASCICLE_DEMO_PASSWORD") or DEFAULT_PASSWORD


def people_make() -> DemoPeople:
    """The four accounts, made where they are missing; an existing one keeps its password."""
    return DemoPeople(
        admin=_account("admin", "Demo admin", is_staff=True),
        expert=_account("expert", "Demo expert"),
        second_expert=_account("second-expert", "Second demo expert"),
        trainee=_account("trainee", "Demo trainee"),
    )


def members_add(project: Project, people: DemoPeople) -> None:
    """Give everyone their role in the project."""
    for user, role in people.roles:
        Membership.objects.get_or_create(project=project, user=user, defaults={"role": role})


def logins_write(people: DemoPeople) -> Path:
    """Write who can log in with the demo password, for this machine's user only (mode 0600)."""
    password = demo_password()
    rows = [
        {"role": role.value, "email": user.email, "password": password}
        for user, role in people.roles
        if user.check_password(password)
    ]
    path = Path(settings.STATE_DIR) / LOGINS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(rows, file, indent=1)
    draft.replace(path)
    return path


def _account(local_part: str, name: str, *, is_staff: bool = False) -> User:
    address = f"{local_part}@fascicle.example"
    user = User.objects.filter(email=address).first()
    if user is not None:
        return user
    return User.objects.create_user(address, demo_password(), name=name, is_staff=is_staff)
