"""Bring a person into a project."""

from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

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
    server is needed. It is given only while the account has no password and belongs to no other
    project: else an admin here could take over someone who was invited elsewhere.

    Raises NotAllowed for anyone but an admin of the project, InvalidInput for an address that is
    none, Conflict when the person is a member already.
    """
    # the project's row stands for its whole list of members
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if not is_project_admin(actor, project.pk):
        raise NotAllowed("Only an admin of the project adds people.")
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput(f"“{email}” is not an e-mail address.", email=["Not valid."]) from error
    user = _account(email, name.strip())
    if Membership.objects.filter(project=project, user=user).exists():
        raise Conflict(f"{user} is a member of this project already.", code="already_member")
    membership = Membership.objects.create(project=project, user=user, role=role)
    record_append(
        actor=actor,
        action="membership.add",
        target=membership,
        project_id=project.pk,
        detail={"user": str(user.pk), "role": role},
    )
    return MemberAdded(membership, invitation_path(user) if _is_ours_alone(user, project) else None)


def _account(email: str, name: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is not None:
        return user
    try:
        with transaction.atomic():
            return User.objects.create_user(email, name=name)
    except IntegrityError:  # another project has added the same person in the meantime
        return User.objects.get(email=email)


def _is_ours_alone(user: User, project: Project) -> bool:
    elsewhere = Membership.objects.filter(user=user).exclude(project=project)
    return not (user.has_usable_password() or user.is_staff or elsewhere.exists())


def invitation_path(user: User) -> str:
    """Where the person chooses a password; the key dies with its first use."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return f"/password/reset/{key}"
