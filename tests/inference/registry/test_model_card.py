"""What a card says of the model file itself."""

from inference.engine import ModelClass
from inference.services.model_card import shown_structures


def test_a_card_says_which_regions_are_shown_and_from_when_a_structure_is_seen() -> None:
    classes = (
        ModelClass(1, "artery", "Femoral artery", is_single=True, presence_threshold=0.618),
        ModelClass(2, "vein", "Vein"),
    )
    assert shown_structures(classes) == [
        {
            "name": "Femoral artery",
            "text": "only its largest region; seen from a mean probability of 0.62",
        },
        {
            "name": "Vein",
            "text": "every region of some size; "
            "seen from a mean probability of 0.5, not calibrated",
        },
    ]
