"""What must hold before an alias is moved; asked while the project's row is held."""

from dataclasses import dataclass
from uuid import UUID

from fascicle.errors import Conflict, InvalidInput
from inference.models import AliasName, ModelVersion
from inference.selectors import alias_model, foreign_codes


@dataclass(frozen=True, slots=True)
class SeenServing:
    """The version that a person saw serving when they decided; None: that nothing served."""

    version_id: UUID | None


def serving_require(*, project_id: UUID, name: AliasName, seen: SeenServing) -> None:
    """Raise Conflict where another version serves by now, so that nobody decides unseen."""
    current = alias_model(project_id, name)
    if (current.pk if current else None) == seen.version_id:
        return
    raise Conflict(
        f"{current or 'No version'} serves as {name.label.lower()} by now, which is not what you "
        "were shown. Look again, then decide.",
        code="stale",
    )


def structures_require(version: ModelVersion) -> None:
    """Raise InvalidInput where the procedure has lost structures that the version names."""
    foreign = foreign_codes((each["code"] for each in version.structures), version.project_id)
    if foreign:
        raise InvalidInput(
            f"The procedure no longer has the structures that {version} names: "
            f"{', '.join(foreign)}. Promote another version.",
            code="foreign_structures",
        )
