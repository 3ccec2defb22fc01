"""The model registry and what models said."""

from inference.models.alias import Alias, AliasName, Promotion
from inference.models.model_version import ModelVersion
from inference.models.suggestion import Suggestion

__all__ = ["Alias", "AliasName", "ModelVersion", "Promotion", "Suggestion"]
