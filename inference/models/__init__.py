"""The model registry, what models said, and live sessions."""

from inference.models.alias import Alias, AliasName, Promotion
from inference.models.device import Device, PairingCode
from inference.models.live_session import LiveSession, Recording, RecordingState
from inference.models.model_version import ModelVersion
from inference.models.preannotated_frame import PreannotatedFrame
from inference.models.suggestion import Suggestion
from inference.models.suggestion_answer import Answer, SuggestionAnswer
from inference.models.suggestion_doubt import DoubtMap, SuggestionDoubt

__all__ = [
    "Alias",
    "AliasName",
    "Answer",
    "Device",
    "DoubtMap",
    "LiveSession",
    "ModelVersion",
    "PairingCode",
    "PreannotatedFrame",
    "Promotion",
    "Recording",
    "RecordingState",
    "Suggestion",
    "SuggestionAnswer",
    "SuggestionDoubt",
]
