"""Why a frame or a clip is offered, in words for the expert."""

from inference.ranking.choose import ClipDoubt, Pick, Reason


def frame_words(pick: Pick, *, name: str, members: int) -> str:
    """One short clause; `name` is the doubtful structure's."""
    match pick.reason:
        case Reason.OUTLINE if members > 1:
            return f"the folds disagree on the outline of {name}"
        case Reason.OUTLINE:
            return f"unsure of the outline of {name}"
        case Reason.FLICKER:
            return f"{name} is not as on the frames beside it"
        case Reason.PRESENCE:
            return f"undecided whether {name} is there"
        case Reason.SPREAD:
            return "far from every other frame of this list"
        case Reason.RANDOM:
            return "drawn by chance"


def clip_words(reason: Reason, doubt: ClipDoubt, *, name: str, members: int) -> str:
    """One short clause; `reason` is why it stands at its place among the others."""
    if reason is Reason.RANDOM:
        return "drawn by chance"
    if reason is Reason.SPREAD or doubt.reason is None:
        return "a subject not yet among the others" if reason is Reason.SPREAD else "little doubt"
    on = f"on {doubt.frames} frame{'s' if doubt.frames != 1 else ''}"
    pick = Pick(0, doubt.reason, doubt.structure, doubt.score)
    return f"{frame_words(pick, name=name, members=members)}, {on}"
