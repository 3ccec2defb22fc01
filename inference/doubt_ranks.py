"""Frames and clips in the order in which an expert should look at them, with the reason."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from annotation.models import Clip, ClipState
from annotation.selectors import clips_to_read_blinded
from fascicle.accounts.models import User
from inference.doubt_words import clip_words, frame_words
from inference.models import Suggestion, SuggestionDoubt
from inference.ranking.choose import ClipDoubt, Reason, choose_frames, order_clips
from inference.ranking.measures import Measures
from inference.selectors import project_structures

# of one project's clips; a person looks at a few dozen of them
AT_MOST_CLIPS = 500


@dataclass(frozen=True, slots=True)
class RankedFrame:
    """A frame to look at; `structure` is the id of the doubtful one, None where there is none."""

    frame: int
    reason: Reason
    structure: UUID | None
    score: float
    words: str


@dataclass(frozen=True, slots=True)
class RankedClip:
    """A clip to look at, the most urgent first."""

    clip: UUID
    reason: Reason
    score: float
    words: str


def ranked_frames(suggestion: Suggestion, count: int) -> list[RankedFrame]:
    """At most `count` frames of a suggestion; none where it was written before doubt was kept."""
    doubt = SuggestionDoubt.objects.filter(suggestion=suggestion).first()
    if doubt is None:
        return []
    known = project_structures(suggestion.annotation_set.clip.project_id)
    structures = {each.code: each for each in known}
    # a structure that the procedure has no more is nothing to ask about
    measures = {
        code: Measures.from_json(stored)
        for code, stored in doubt.measures.items()
        if code in structures
    }
    return [
        RankedFrame(
            frame=pick.frame,
            reason=pick.reason,
            structure=structures[pick.structure].id if pick.structure else None,
            score=round(pick.score, 3),
            words=frame_words(
                pick,
                name=structures[pick.structure].name if pick.structure else "",
                members=doubt.members,
            ),
        )
        for pick in choose_frames(measures, count, seed=suggestion.pk.int)
    ]


def ranked_clips(user: User, project_id: UUID) -> list[RankedClip]:
    """Clips of a project that are not accepted and have a suggestion; each by its newest one. One
    that the person is still to read blinded is there in any case: else it would be known to be
    accepted.
    """
    to_read = Q(pk__in=clips_to_read_blinded(user, project_id))
    open_clips = Clip.objects.visible_to(user).filter(project_id=project_id)
    rows = (
        SuggestionDoubt.objects.filter(
            suggestion__in=Suggestion.objects.visible_to(user),
            suggestion__annotation_set__clip__in=open_clips.filter(
                ~Q(state=ClipState.ACCEPTED) | to_read
            ),
        )
        .order_by("-suggestion__created_at")
        .values_list(
            "suggestion__annotation_set__clip_id",
            "suggestion__annotation_set__clip__subject_id",
            "members",
            "score",
            "reason",
            "structure_code",
            "frames",
        )
    )
    doubts: dict[UUID, tuple[ClipDoubt, UUID]] = {}
    members: dict[UUID, int] = {}
    for clip, subject, count, score, reason, code, frames in rows[: 2 * AT_MOST_CLIPS]:
        if clip not in doubts and len(doubts) < AT_MOST_CLIPS:
            known = Reason(reason) if reason else None
            doubts[clip] = (ClipDoubt(score, known, code or None, frames), subject)
            members[clip] = count
    names = {each.code: each.name for each in project_structures(project_id)}
    ranked = []
    for clip, place in order_clips(doubts, seed=project_id.int):
        doubt = doubts[clip][0]
        name = names.get(doubt.structure or "", "a structure")
        words = clip_words(place, doubt, name=name, members=members[clip])
        ranked.append(RankedClip(clip, place, round(doubt.score, 3), words))
    return ranked
