"""The training loop of one fold, from placed pictures to model file and held-out predictions."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.datasets.problem import BadInputError
from training.fit.arithmetic import arithmetic, device
from training.fit.average import take_average
from training.fit.checkpoint import CHECKPOINT, Progress, load_checkpoint, save_checkpoint
from training.fit.curves import Curves
from training.fit.feed import (
    PlacedSet,
    ahead,
    load_placed,
    plain_batches,
    steps_per_epoch,
    training_batches,
)
from training.fit.halving import (
    BatchTooLarge,
    batch_in_memory,
    halve_batch,
    remembered_batch_size,
)
from training.fit.lock import folder_lock
from training.fit.memory import memory_told
from training.fit.outcome import read_result, write_model, write_result
from training.fit.plan import FitError, FitPlan, FitStopped, FoldResult
from training.fit.step import Step, training_step
from training.fit.transfer import Taken, start_from
from training.networks import build_network
from training.recipes.recipe import Recipe

Event = dict[str, Any]
Report = Callable[[Event], None]

BATCH_EVENT_SECONDS = 1.0
LONGEST_WARM_UP = 0.25  # of all steps


def fit_fold(
    plan: FitPlan,
    report: Report = lambda event: None,
    should_stop: Callable[[], bool] = lambda: False,
    *,
    as_it_is: bool = False,
) -> FoldResult:
    """Train one fold, or go on where its folder's checkpoint ends.

    as_it_is: train no further, and make the model of the checkpoint, with the averaged weights
    where the recipe keeps such. A later fit still goes on from the checkpoint.

    report receives the events "start", "batch" (at most one a second), "epoch" and "done"; epochs
    are also kept in `curves.jsonl` and, for TensorBoard, in `tensorboard/`. should_stop is asked at
    every batch. Writes these, `checkpoint/`, `model.keras`, and for held-out images `predictions/`
    and `metrics.json`.

    Raises BadInputError for pictures that cannot be trained on or a folder that belongs to another
    plan, FitError when training diverges or memory runs out for other things than a batch,
    FitStopped after a stop (a checkpoint is written first), OSError when the disk refuses.
    """
    if not plan.training:
        raise BadInputError("There is no image to train on.")
    plan.out.mkdir(parents=True, exist_ok=True)
    with folder_lock(plan.out):
        finished = read_result(plan)
        if finished is not None:
            report(_done_event(plan, finished))
            return finished
        batch_size = remembered_batch_size(plan.out, plan.recipe.batch_size)
        while True:
            # what its own steps do not tell of
            with suppress(BatchTooLarge), memory_told(f"The fit{_of_fold(plan)}"):
                return _fit(plan, batch_size, report, should_stop, as_it_is=as_it_is)
            batch_size = halve_batch(plan.out, plan.recipe.batch_size)
            report(
                {
                    "event": "memory",
                    "fold": plan.fold,
                    "batch_size": batch_size,
                    "message": f"Memory ran out: the fold starts over with {batch_size} images "
                    "a batch.",
                }
            )


def _fit(
    plan: FitPlan,
    batch_size: int,
    report: Report,
    should_stop: Callable[[], bool],
    *,
    as_it_is: bool,
) -> FoldResult:
    # Keras brings its backend along; whoever only plans folds must not wait for it
    import keras  # noqa: PLC0415

    fingerprint, fingerprints = plan.fingerprint(), plan.fingerprints()
    plan = replace(plan, recipe=replace(plan.recipe, batch_size=batch_size))
    recipe = plan.recipe
    training, held_out = _images(plan)
    steps = steps_per_epoch(len(training), recipe.batch_size)

    keras.utils.clear_session()
    keras.utils.set_random_seed(recipe.seed)
    with arithmetic(recipe) as precision:
        model = build_network(recipe, plan.class_map.channels)
    optimiser = build_optimiser(recipe, steps)
    loss = _loss(recipe, plan.class_map.channels, training)
    optimiser.build(model.trainable_variables)
    step = training_step(model, loss, optimiser)

    checkpoint = plan.out / CHECKPOINT
    progress = load_checkpoint(checkpoint, model, optimiser, fingerprints)
    if as_it_is and (progress is None or not (progress.epoch or progress.step)):
        raise BadInputError(f"{plan.out} holds no trained step to make a model of.")
    taken = _taken(plan, model) if progress is None else None
    report(
        {
            **_start_event(plan, progress, len(training), len(held_out)),
            "parameters": int(model.count_params()),
            "precision": precision,
            "layers_taken": taken and list(taken),
        }
    )
    progress = progress or Progress()
    with _disk(f"The curves{_of_fold(plan)}"):
        curves = Curves(plan.out, progress.curves)
    with curves:
        while progress.epoch < recipe.epochs and not as_it_is:
            began = time.monotonic()
            losses = _train_epoch(
                plan, training, step, progress, report=report, should_stop=should_stop
            )
            if len(losses) < steps:
                progress = Progress(progress.epoch, len(losses), losses, progress.curves)
                _keep(plan, model, optimiser, progress, fingerprint)
                raise FitStopped(
                    f"Stopped in epoch {progress.epoch + 1} of {recipe.epochs}; "
                    "the same command goes on from here."
                )
            validation_loss, dice = _validated(model, loss, held_out, plan, progress.epoch + 1)
            event: Event = {
                "event": "epoch",
                "fold": plan.fold,
                "epoch": progress.epoch + 1,
                "epochs": recipe.epochs,
                "loss": float(np.mean(losses)),
                "val_loss": validation_loss,
                "val_dice": dice,
                "seconds": round(time.monotonic() - began, 3),
            }
            progress = Progress(progress.epoch + 1, curves=(*progress.curves, event))
            _keep(plan, model, optimiser, progress, fingerprint)
            with _disk(f"The curves of epoch {progress.epoch}{_of_fold(plan)}"):
                curves.write(progress.curves)
            report(event)

    is_average = False
    if progress.epoch < recipe.epochs:
        batches = training_batches(training, recipe, progress.epoch)
        is_average = take_average(model, optimiser, batches)
    epochs = progress.epoch + round(progress.step / steps, 2) if progress.step else progress.epoch
    with _disk(f"The model{_of_fold(plan)} and its predictions"):
        with memory_told(f"Making the model{_of_fold(plan)}"):
            softening = write_model(plan, model, training, held_out, epochs, is_average=is_average)
        with memory_told(f"Measuring the held-out images{_of_fold(plan)}"):
            result = write_result(plan, progress.epoch, fingerprint, precision, softening)
    report(_done_event(plan, result))
    return result


def _taken(plan: FitPlan, model: Any) -> Taken | None:
    if plan.start_from is None:
        return None
    return start_from(model, plan.start_from, plan.class_map)


def _start_event(plan: FitPlan, progress: Progress | None, training: int, held_out: int) -> Event:
    recipe = plan.recipe
    return {
        "event": "start",
        "fold": plan.fold,
        "recipe": recipe.name,
        "images": training,
        "held_out": held_out,
        "epochs": recipe.epochs,
        "batch_size": recipe.batch_size,
        "device": device(),
        "input": [recipe.width, recipe.height],
        "resumed": progress is not None,
        "from_epoch": progress.epoch if progress else 0,
    }


def _images(plan: FitPlan) -> tuple[PlacedSet, PlacedSet]:
    """Those to train on and those held out."""
    with memory_told(f"Reading the images{_of_fold(plan)}"):
        training = load_placed(plan.training, plan.class_map, plan.recipe)
        held_out = load_placed(plan.held_out, plan.class_map, plan.recipe)
    _check_structures(plan, training)
    return training, held_out


def build_optimiser(recipe: Recipe, steps: int) -> Any:
    """The recipe's optimiser for epochs of so many steps; its schedule runs on its own counter."""
    import keras  # noqa: PLC0415

    rate: Any = recipe.learning_rate
    if recipe.schedule == "cosine":
        # a short run has to come down as well
        longest = round(LONGEST_WARM_UP * recipe.epochs * steps)
        warm_up = min(round(recipe.warm_up_epochs * steps), longest)
        rate = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=recipe.learning_rate / 100 if warm_up else recipe.learning_rate,
            decay_steps=max(1, recipe.epochs * steps - warm_up),
            warmup_target=recipe.learning_rate if warm_up else None,
            warmup_steps=warm_up,
        )
    # kept with the checkpoint beside the weights; never put over them
    average: dict[str, Any] = (
        {} if recipe.ema is None else {"use_ema": True, "ema_momentum": recipe.ema}
    )
    if recipe.optimiser == "adamw":
        return keras.optimizers.AdamW(
            rate, weight_decay=recipe.weight_decay, global_clipnorm=recipe.clip_norm, **average
        )
    return keras.optimizers.Adam(rate, global_clipnorm=recipe.clip_norm, **average)


def _train_epoch(
    plan: FitPlan,
    training: PlacedSet,
    step: Step,
    progress: Progress,
    *,
    report: Report,
    should_stop: Callable[[], bool],
) -> tuple[float, ...]:
    """Batch losses of the epoch; fewer than its steps when it was asked to stop."""
    recipe = plan.recipe
    steps = steps_per_epoch(len(training), recipe.batch_size)
    losses = list(progress.losses)
    began = reported = time.monotonic()
    batches = ahead(lambda: training_batches(training, recipe, progress.epoch, progress.step))
    with batch_in_memory(recipe.batch_size), closing(batches):  # type: ignore[type-var]
        for batch, labels in batches:
            if should_stop():
                return tuple(losses)
            loss = step(batch, labels)
            _check_finite("loss", loss, f"in epoch {progress.epoch + 1}, step {len(losses) + 1}")
            losses.append(loss)
            now = time.monotonic()
            if now - reported >= BATCH_EVENT_SECONDS:
                reported = now
                done = len(losses) - progress.step
                report(
                    {
                        "event": "batch",
                        "fold": plan.fold,
                        "epoch": progress.epoch + 1,
                        "epochs": recipe.epochs,
                        "batch": len(losses),
                        "batches": steps,
                        "loss": loss,
                        "images_per_second": round(done * recipe.batch_size / (now - began), 2),
                    }
                )
    return tuple(losses)


def _validated(
    model: Any, loss: Callable[[Any, Any], Any], held_out: PlacedSet, plan: FitPlan, epoch: int
) -> tuple[float | None, dict[str, float | None]]:
    with batch_in_memory(plan.recipe.batch_size):
        validation_loss, dice = validate(model, loss, held_out, plan)
    # no training loss of this epoch has seen its last update
    _check_finite("held-out loss", validation_loss, f"after epoch {epoch}")
    return validation_loss, dice


def _check_finite(what: str, loss: float | None, when: str) -> None:
    if loss is not None and not math.isfinite(loss):
        raise FitError(
            f"The {what} became {loss} {when}: training has diverged; "
            "try a recipe with a lower learning rate."
        )


def validate(
    model: Any, loss: Callable[[Any, Any], Any], held_out: PlacedSet, plan: FitPlan
) -> tuple[float | None, dict[str, float | None]]:
    """Loss and Dice per structure of held-out pictures at the network's size, for the curves.

    Dice here is pooled over pixels of all pictures, None for a structure that neither the masks
    nor the model show. The figures to report come from `training.evaluate`.
    """
    if len(held_out) == 0:
        return None, {}
    recipe, channels = plan.recipe, plan.class_map.channels
    total_loss = 0.0
    shared = np.zeros(channels, np.int64)
    sizes = np.zeros(channels, np.int64)
    for batch, labels in plain_batches(held_out, recipe):
        # a short last batch would compile the network a second time
        filled = np.resize(batch, (recipe.batch_size, *batch.shape[1:]))
        probabilities = np.asarray(model.predict_on_batch(filled))[: len(batch)]
        total_loss += float(loss(labels, probabilities)) * len(batch)
        seen: NDArray[np.intp] = probabilities.argmax(axis=-1)
        finer = recipe.label_detail
        seen = seen.repeat(finer, axis=1).repeat(finer, axis=2)
        shared += np.bincount(labels[labels == seen].ravel(), minlength=channels)
        sizes += np.bincount(labels.ravel(), minlength=channels)
        sizes += np.bincount(seen.ravel(), minlength=channels)
    dice: dict[str, float | None] = {
        each.code: 2.0 * int(shared[each.index]) / int(sizes[each.index])
        if sizes[each.index]
        else None
        for each in plan.class_map.model_classes
    }
    return total_loss / len(held_out), dice


def _loss(recipe: Recipe, channels: int, training: PlacedSet) -> Callable[[Any, Any], Any]:
    from training.fit.losses import loss_function, mean_weight  # noqa: PLC0415 - imports Keras

    truth = training.labels if training.shares is None else training.shares
    mean = mean_weight(truth, recipe.empty_weight)
    return loss_function(recipe.loss, channels, recipe.empty_weight, mean)


def _keep(plan: FitPlan, model: Any, optimiser: Any, progress: Progress, fingerprint: str) -> None:
    with _disk(f"The checkpoint after epoch {progress.epoch}{_of_fold(plan)}"):
        save_checkpoint(plan.out / CHECKPOINT, model, optimiser, progress, fingerprint)


@contextmanager
def _disk(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as refusal:
        raise FitError(
            f"{what} could not be written ({refusal.strerror or refusal}). Make room on that disk "
            "and try again: it goes on from the last checkpoint."
        ) from refusal


def _check_structures(plan: FitPlan, training: PlacedSet) -> None:
    present = np.bincount(training.labels.ravel(), minlength=plan.class_map.channels) > 0
    missing = [each.code for each in plan.class_map.model_classes if not present[each.index]]
    if missing:
        raise BadInputError(
            f"No training mask{_of_fold(plan)} shows {', '.join(missing)}: a structure without a "
            "single pixel cannot be learnt; leave it out of the classes or use fewer folds."
        )


def _of_fold(plan: FitPlan) -> str:
    return "" if plan.fold is None else f" of fold {plan.fold}"


def _done_event(plan: FitPlan, result: FoldResult) -> Event:
    return {
        "event": "done",
        "fold": plan.fold,
        "epochs": result.epochs,
        "model": str(result.model),
        "metrics": None if result.evaluation is None else result.evaluation.headline(),
    }
