"""One point of a fold's curves."""

from django.db import models

from training.models.run import Fold


class Epoch(models.Model):
    """Losses and per-structure Dice on the held-out part after an epoch (counted from 1)."""

    fold = models.ForeignKey(Fold, on_delete=models.CASCADE, related_name="epochs")
    number = models.PositiveIntegerField()
    loss = models.FloatField()
    held_out_loss = models.FloatField(null=True)
    held_out_dice = models.JSONField(default=dict)  # structure code -> Dice
    mean_dice = models.FloatField(null=True)  # of those that have one, for the lists of runs
    seconds = models.FloatField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["fold", "number"], name="epoch_number_once")]

    def __str__(self) -> str:
        return f"epoch {self.number} of fold {self.fold_id}"
