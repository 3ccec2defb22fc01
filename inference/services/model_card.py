"""What a model's card says of the model file itself."""

from inference.engine import ModelClass
from inference.engine.engine import UNCALIBRATED_PRESENCE


def shown_structures(classes: tuple[ModelClass, ...]) -> list[dict[str, str]]:
    """By channel, `name` and `text`: which of a structure's regions are shown, and from which
    confidence it counts as seen. A list, as the database does not keep the order of names.
    """
    return [{"name": each.name, "text": f"{_regions(each)}; {_seen(each)}"} for each in classes]


def _regions(each: ModelClass) -> str:
    return "only its largest region" if each.is_single else "every region of some size"


def _seen(each: ModelClass) -> str:
    if each.presence_threshold is None:
        return f"seen from a mean probability of {UNCALIBRATED_PRESENCE:g}, not calibrated"
    return f"seen from a mean probability of {each.presence_threshold:.2f}"
