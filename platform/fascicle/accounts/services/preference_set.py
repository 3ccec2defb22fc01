"""Keep how a person likes to work."""

import re
from collections.abc import Mapping

from django.utils import timezone

from fascicle.accounts.models import Preference, User
from fascicle.errors import InvalidInput

COMMAND = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]{0,59}")
KEY = re.compile(r"(?:(?:ctrl|alt|shift)\+){0,3}(?:[^\s+]|\+|[a-z0-9]{2,20})")
AT_MOST_COMMANDS = 400
AT_MOST_KEYS = 4


def preference_set(*, user: User, keys: Mapping[str, list[str]]) -> Preference:
    """Take the keys chosen for commands in place of those kept; an empty mapping is none.

    Raises InvalidInput for names that no command has, keys that no keyboard sends, or too many.
    """
    if len(keys) > AT_MOST_COMMANDS:
        raise InvalidInput("These are more commands than there are.", keys=["Too many."])
    for command, chosen in keys.items():
        if COMMAND.fullmatch(command) is None:
            raise InvalidInput(f"“{command[:60]}” is no command.", keys=["Unknown command."])
        if len(chosen) > AT_MOST_KEYS or len(set(chosen)) < len(chosen):
            raise InvalidInput(
                f"A command has at most {AT_MOST_KEYS} different keys.", keys=["Too many keys."]
            )
        for key in chosen:
            if KEY.fullmatch(key) is None:
                raise InvalidInput(f"“{key[:40]}” is no key.", keys=["Unknown key."])
    row, _ = Preference.objects.update_or_create(
        user=user, defaults={"keys": dict(keys), "updated_at": timezone.now()}
    )
    return row
