"""Bring a person into a project."""

from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from fascicle.accounts.models import Membership, Project, Role, User
from fascicle.accounts.permissions import is_project_admin
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput, NotAllowed


@dataclass(frozen=True, slots=True)
class MemberAdded:
    """The membership, and for a new account the page where its password is chosen."""

    membership: Membership
    invitation_path: str | None


@transaction.atomic
def member_add(
    *, project: Project, actor: User, email: str, role: Role, name: str = ""
) -> MemberAdded:
    """Make the account when there is none, and the membership.

    The invitation is a one-time path of the front end for the admin to hand over, so that no mail
    server is needed. Raises NotAllowed for anyone but an admin of the project, InvalidInput for an
    address that is none, Conflict when the person is a member already.
    """
    if not is_project_admin(actor, project.pk):
        raise NotAllowed("Only an admin of the project adds people.")
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput(f"“{email}” is not an e-mail address.", email=["Not valid."]) from error
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name.strip())
    elif Membership.objects.filter(project=project, user=user).exists():
        raise Conflict(f"{user} is a member of this project already.", code="already_member")
    membership = Membership.objects.create(project=project, user=user, role=role)
    record_append(
        actor=actor,
        action="membership.add",
        target=membership,
        project_id=project.pk,
        detail={"user": str(user.pk), "role": role},
    )
    return MemberAdded(membership, None if user.has_usable_password() else invitation_path(user))


def invitation_path(user: User) -> str:
    """Where the person chooses a password; the key dies with its first use."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return f"/password/reset/{key}"
