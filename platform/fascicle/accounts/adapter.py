"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up: an admin adds people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed."""
        del request
        return False
