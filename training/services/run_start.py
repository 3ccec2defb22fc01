"""Start a training run: its split, its folds, and a job for each, in one transaction."""

import secrets

from django.db import transaction
from django.db.models import Max

from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed
from fascicle.jobs.services import job_create
from inference.models import ModelVersion
from training import recipes
from training.datasets.problem import BadInputError
from training.folds import Split, grouped_folds
from training.models import DatasetSnapshot, Fold, TrainingRun
from training.permissions import may_train
from training.recipes.recipe import Recipe
from training.services.code_version import code_version
from training.services.manifest import ManifestStructure, learnt_structures, manifest_frames
from training.services.seen_before import continued_split, members_by_fold, seen_before

FOLD_KIND = "fold_fit"
MAX_FOLDS = 20
MAX_EPOCHS = 2000
MAX_EMPTY_WEIGHT = 100.0
SEEDS = 2**31


@transaction.atomic
def run_start(
    *,
    snapshot: DatasetSnapshot,
    recipe: str,
    fold_count: int,
    epoch_count: int,
    actor: User | None,
    seed: int | None = None,
    start_from: ModelVersion | None = None,
    empty_weight: float = 1.0,
) -> TrainingRun:
    """Queue one job a fold. Without a seed one is drawn and kept with the run.

    start_from: folds begin with this version's weights; with as many folds as its own run had, its
    subjects stay in their folds and each begins with the network that has not seen them.
    empty_weight: how much an image without any structure counts. `actor` is None for a command on
    the server.
    Raises NotAllowed for anyone but admins, InvalidInput for an unknown recipe, a version of
    another project or network, or figures that the snapshot does not allow.
    """
    project = snapshot.project
    if actor is not None and not may_train(actor, project.pk):
        raise NotAllowed("Only admins of the project start training.")
    try:
        recipes.get(recipe)
    except BadInputError as error:
        raise InvalidInput(str(error), recipe=[str(error)]) from error
    if not 1 <= epoch_count <= MAX_EPOCHS:
        raise InvalidInput(
            f"Choose between 1 and {MAX_EPOCHS} epochs.", epoch_count=["Out of range."]
        )
    if not 2 <= fold_count <= MAX_FOLDS:
        raise InvalidInput(f"Choose between 2 and {MAX_FOLDS} folds.", fold_count=["Out of range."])
    if seed is not None and not 0 <= seed < SEEDS:
        raise InvalidInput(f"Choose a seed between 0 and {SEEDS - 1}.", seed=["Out of range."])
    if not 0.0 <= empty_weight <= MAX_EMPTY_WEIGHT:
        raise InvalidInput(
            f"Empty images count between 0 and {MAX_EMPTY_WEIGHT:.0f}.",
            empty_weight=["Out of range."],
        )
    if start_from is not None:
        _check_start(start_from, snapshot, recipe)
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    split = _split(snapshot, fold_count, seed, start_from)
    members = [0] * fold_count if start_from is None else members_by_fold(start_from, split)
    before = seen_before(start_from, snapshot, split, members)
    oddities = (_left_out(snapshot), "" if before.is_fair else before.words)
    Project.objects.select_for_update().get(pk=project.pk)
    runs = TrainingRun.objects.filter(project=project)
    run = TrainingRun.objects.create(
        project=project,
        snapshot=snapshot,
        number=(runs.aggregate(last=Max("number"))["last"] or 0) + 1,
        recipe=recipe,
        fold_count=fold_count,
        epoch_count=epoch_count,
        seed=seed,
        split=split.to_json(),
        code_version=code_version(),
        note=" ".join(filter(None, oddities)),
        start_from=start_from,
        empty_weight=empty_weight,
        created_by=actor,
    )
    for index in range(fold_count):
        job = job_create(
            kind=FOLD_KIND,
            queue="train",
            owner=actor,
            project=project,
            target_id=run.pk,
            payload={"fold": index},
        )
        Fold.objects.create(run=run, index=index, job=job, start_member=members[index])
    record_append(
        actor=actor,
        action="training_run.start",
        target=run,
        project_id=project.pk,
        detail={
            "number": run.number,
            "snapshot": snapshot.sha256,
            "recipe": recipe,
            "folds": fold_count,
            "epochs": epoch_count,
            "seed": seed,
            "start_from": None if start_from is None else str(start_from.pk),
            "empty_weight": empty_weight,
        },
    )
    return run


def _check_start(version: ModelVersion, snapshot: DatasetSnapshot, recipe: str) -> None:
    if version.project_id != snapshot.project_id:
        raise InvalidInput(
            "Start from a version of the same project.", start_from=["Of another project."]
        )
    wanted = recipes.get(recipe)
    known = version.recipe in recipes.names()
    theirs = recipes.get(version.recipe) if known else None
    if theirs is not None and _weights_of(theirs) != _weights_of(wanted):
        raise InvalidInput(
            f"{version} is a network of the recipe {theirs.title}, whose weights do not fit this "
            "one. Choose that recipe, or a version of this one.",
            code="other_network",
            start_from=["Another network."],
        )


def _weights_of(recipe: Recipe) -> tuple[str, tuple[int, ...], bool]:
    """What decides which weights a network has."""
    return recipe.network, recipe.filters, recipe.batch_norm


def _left_out(snapshot: DatasetSnapshot) -> str:
    """Which structures of the procedure the model will not know, as no frame shows them."""
    learnt = {each.code for each in learnt_structures(snapshot.manifest)}
    names = [each["name"] for each in snapshot.manifest["structures"] if each["code"] not in learnt]
    if not names:
        return ""
    return (
        f"Not learnt, as no accepted frame shows it: {', '.join(names)}. The model will call it "
        "background."
    )


def _split(
    snapshot: DatasetSnapshot, fold_count: int, seed: int, start_from: ModelVersion | None
) -> Split:
    frames = manifest_frames(snapshot.manifest)
    groups = {frame.stem: frame.group for frame in frames}
    group_count = len(set(groups.values()))
    if fold_count > group_count:
        raise InvalidInput(
            f"{fold_count} folds need as many subjects; the snapshot has {group_count}. "
            "Choose fewer folds, or accept clips of more subjects.",
            code="too_many_folds",
            fold_count=[f"At most {group_count}."],
        )
    if start_from is not None:
        continued = continued_split(start_from, groups, fold_count, seed)
        if continued is not None and _untaught(continued, snapshot) is None:
            return continued
    try:
        split = grouped_folds(groups, fold_count, seed)
    except BadInputError as error:
        raise InvalidInput(str(error)) from error
    if (found := _untaught(split, snapshot)) is not None:
        fold, structure = found
        raise InvalidInput(
            f"Only the subjects held out in fold {fold + 1} show the structure "
            f"{structure.name}, so that fold could not learn it. Accept another "
            "subject that shows it, or choose another number of folds or seed.",
            code="structure_in_one_fold",
        )
    return split


def _untaught(split: Split, snapshot: DatasetSnapshot) -> tuple[int, ManifestStructure] | None:
    """A structure seen in one fold only cannot be learnt by the model that holds that fold out."""
    shown_by = {frame.stem: frame.structures for frame in manifest_frames(snapshot.manifest)}
    for fold in range(len(split.folds)):
        learnt = {code for stem in split.training(fold) for code in shown_by[stem]}
        for structure in learnt_structures(snapshot.manifest):
            if structure.code not in learnt:
                return fold, structure
    return None
