"""The two starter models, and a suggestion by the promoted one."""

from dataclasses import dataclass
from pathlib import Path

from annotation.models import Clip
from fascicle.accounts.models import Project, User
from fascicle.errors import InvalidInput
from fascicle.jobs.models import JobState
from fascicle.jobs.tasks import run
from inference.models import AliasName, ModelVersion
from inference.selectors import alias_model
from inference.services.model_files_register import model_files_register
from inference.services.model_promote import model_promote
from inference.services.preannotate_start import preannotate_start

STARTER_FOLDER = Path(__file__).resolve().parents[2] / "inference" / "starter"


@dataclass(frozen=True, slots=True)
class Starter:
    """A model file that ships with the project."""

    stem: str
    name: str

    @property
    def path(self) -> Path:
        return STARTER_FOLDER / f"{self.stem}.keras"


STARTERS = (
    Starter("starter-1", "Starter 1 (12 phantom subjects)"),
    Starter("starter-2", "Starter 2 (48 phantom subjects)"),
)


def models_register(*, project: Project, actor: User) -> list[ModelVersion]:
    """Register the starter files that are there, and promote the last one; empty without any."""
    versions = []
    for starter in STARTERS:
        if not starter.path.is_file():
            continue
        version = ModelVersion.objects.in_project(project.pk).filter(name=starter.name).first()
        versions.append(
            version
            or model_files_register(
                project=project,
                actor=actor,
                name=starter.name,
                files=[starter.path],
                reason="Ships with the demo project.",
            )
        )
    if versions:
        for alias in (AliasName.PREANNOTATE, AliasName.LIVE):
            if alias_model(project.pk, alias) is None:
                reason = "Trained on more subjects, and better on those it has not seen."
                model_promote(version=versions[-1], name=alias, reason=reason, actor=actor)
    return versions


def suggestion_make(*, clip: Clip, actor: User, version: ModelVersion) -> None:
    """Let the model look at the clip here and now, unless it has."""
    if clip.annotation_sets.filter(model_version_id=version.pk).exists():
        return
    job = preannotate_start(clip=clip, actor=actor, model_version=version)
    run(str(job.pk))
    job.refresh_from_db()
    if job.state != JobState.DONE:
        raise InvalidInput(f"The model could not look at {clip}: {job.error or job.state}")
