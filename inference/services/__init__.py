"""Verbs of the model registry and of pre-annotation."""

from inference.services.alias_rollback import alias_rollback
from inference.services.model_promote import model_promote
from inference.services.model_version_register import model_version_register
from inference.services.preannotate_start import preannotate_start
from inference.services.weights import StoredWeights, weights_fetch, weights_store

__all__ = [
    "StoredWeights",
    "alias_rollback",
    "model_promote",
    "model_version_register",
    "preannotate_start",
    "weights_fetch",
    "weights_store",
]
