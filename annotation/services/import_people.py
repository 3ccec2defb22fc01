"""In whose name masks from files come in."""

from dataclasses import dataclass

from fascicle.accounts.models import User
from fascicle.errors import InvalidInput

AUTHOR = ("importer@fascicle.invalid", "Imported masks")
REVIEWER = ("import-check@fascicle.invalid", "Import check")


@dataclass(frozen=True, slots=True)
class ImportPeople:
    """Two different accounts: one stands as the author, the other as the reviewer."""

    author: User
    reviewer: User


def import_people(*, author_email: str = "", reviewer_email: str = "") -> ImportPeople:
    """The named accounts; without a name, accounts nobody can log in to, made when needed.

    Raises InvalidInput for an address without an account, and when both are the same person.
    """
    author = _named(author_email) if author_email else _stand_in(*AUTHOR)
    reviewer = _named(reviewer_email) if reviewer_email else _stand_in(*REVIEWER)
    if author.pk == reviewer.pk:
        raise InvalidInput("Author and reviewer must be two people: nobody reviews their own work.")
    return ImportPeople(author, reviewer)


def _named(email: str) -> User:
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise InvalidInput(f"There is no account with the address {email}.")
    return user


def _stand_in(email: str, name: str) -> User:
    user = User.objects.filter(email=email).first()
    return user or User.objects.create_user(email, name=name)
