"""Who is asking."""

from django.http import HttpRequest
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from fascicle.accounts.models import User


def person(request: Request | HttpRequest) -> User:
    """The logged-in person behind a request; NotAuthenticated when there is none."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
