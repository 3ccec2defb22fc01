"""The verbs about people."""

from fascicle.accounts.services.member_add import MemberAdded, member_add
from fascicle.accounts.services.membership_change import membership_change, membership_remove
from fascicle.accounts.services.preference_set import preference_set
from fascicle.accounts.services.token_create import TokenCreated, token_create, token_revoke

__all__ = [
    "MemberAdded",
    "TokenCreated",
    "member_add",
    "membership_change",
    "membership_remove",
    "preference_set",
    "token_create",
    "token_revoke",
]
