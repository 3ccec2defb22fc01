"""People, the projects they belong to, and the tokens of their scripts."""

from fascicle.accounts.models.membership import Membership, Role
from fascicle.accounts.models.preference import Preference
from fascicle.accounts.models.project import Project
from fascicle.accounts.models.token import ApiToken
from fascicle.accounts.models.user import User

__all__ = ["ApiToken", "Membership", "Preference", "Project", "Role", "User"]
