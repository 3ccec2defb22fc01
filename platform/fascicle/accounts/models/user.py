"""A person who logs in with an e-mail address."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from fascicle.accounts.models.project import Project


class UserQuerySet(models.QuerySet["User"]):
    """Who may see whom."""

    def visible_to(self, user: "User") -> "UserQuerySet":
        """Oneself and the people of one's own projects; staff see everyone."""
        if user.is_staff and user.only_project_id is None:
            return self
        projects = Project.objects.visible_to(user)
        return self.filter(
            models.Q(pk=user.pk) | models.Q(memberships__project__in=projects)
        ).distinct()


class UserManager(BaseUserManager["User"]):
    """Creates accounts; e-mail addresses are kept in lower case."""

    def get_queryset(self) -> UserQuerySet:
        """Rows with the visibility methods."""
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: "User") -> UserQuerySet:
        """See UserQuerySet.visible_to."""
        return self.get_queryset().visible_to(user)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Addresses compare without case."""
        return self.get(email=(username or "").lower())

    def create_user(
        self, email: str, password: str | None = None, *, name: str = "", is_staff: bool = False
    ) -> "User":
        """Make an account; without a password it cannot log in until one is set."""
        user = self.model(email=email.strip().lower(), name=name, is_staff=is_staff)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Rights come from project memberships; `is_staff` may create projects."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # Set by token authentication: for this request the person has this one project only.
    only_project_id: uuid.UUID | None = None

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email
