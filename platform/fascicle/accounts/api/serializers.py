"""JSON of people, memberships, tokens and the record."""

from typing import Any

from rest_framework import serializers

from fascicle.accounts.models import ApiToken, Membership, Project, Role, User
from fascicle.audit.models import AuditRecord


class ProjectNameSerializer(serializers.ModelSerializer[Project]):
    """A project, by name."""

    class Meta:
        model = Project
        fields = ["id", "name"]


class UserSerializer(serializers.ModelSerializer[User]):
    """A person as colleagues see them."""

    class Meta:
        model = User
        fields = ["id", "email", "name"]


class MyMembershipSerializer(serializers.ModelSerializer[Membership]):
    """One of one's own roles."""

    project = ProjectNameSerializer()

    class Meta:
        model = Membership
        fields = ["id", "project", "role"]


class MeSerializer(serializers.ModelSerializer[User]):
    """The person who is logged in."""

    memberships = MyMembershipSerializer(many=True)

    class Meta:
        model = User
        fields = ["id", "email", "name", "is_staff", "memberships"]


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    """A person's role in a project."""

    user = UserSerializer()

    class Meta:
        model = Membership
        fields = ["id", "project", "user", "role", "created_at"]


class MemberAddSerializer(serializers.Serializer[Any]):
    """Whom to add."""

    project = serializers.UUIDField()
    email = serializers.CharField(max_length=254)
    name = serializers.CharField(max_length=120, allow_blank=True, default="")
    role = serializers.ChoiceField(choices=Role.choices)


class MemberAddedSerializer(MembershipSerializer):
    """The membership, with the one-time link of a new account."""

    invitation_url = serializers.CharField(allow_null=True)

    class Meta(MembershipSerializer.Meta):
        fields = [*MembershipSerializer.Meta.fields, "invitation_url"]


class MembershipChangeSerializer(serializers.Serializer[Any]):
    """The new role."""

    role = serializers.ChoiceField(choices=Role.choices)


class ApiTokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A token without its key."""

    class Meta:
        model = ApiToken
        fields = [
            "id", "name", "project", "is_read_only", "created_at", "expires_at", "last_used_at",
            "revoked_at",
        ]  # fmt: skip


class ApiTokenCreateSerializer(serializers.Serializer[Any]):
    """What the token may do."""

    name = serializers.CharField(max_length=80)
    project = serializers.UUIDField(required=False, allow_null=True, default=None)
    is_read_only = serializers.BooleanField(default=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ApiTokenCreatedSerializer(ApiTokenSerializer):
    """The token with its key, this once."""

    key = serializers.CharField()

    class Meta(ApiTokenSerializer.Meta):
        fields = [*ApiTokenSerializer.Meta.fields, "key"]


class AuditRecordSerializer(serializers.ModelSerializer[AuditRecord]):
    """One line of the record."""

    class Meta:
        model = AuditRecord
        fields = [
            "id", "at", "actor_id", "actor_email", "project_id", "action", "target_type",
            "target_id", "detail",
        ]  # fmt: skip
