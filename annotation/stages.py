"""From annotating through review to accepted or returned: which steps a set may take.

| step | from | to | by |
|---|---|---|---|
| submit | draft, returned | submitted | its author |
| accept | submitted | accepted | a colleague |
| return | submitted | returned | a colleague, who says why |
| reopen | accepted | returned | its author, who says why |
| reopen | accepted | submitted | a colleague, who says why |
"""

from collections.abc import Mapping

from annotation.models import SetState, SetStep

AUTHOR_MAY: Mapping[tuple[SetStep, SetState], SetState] = {
    (SetStep.SUBMIT, SetState.DRAFT): SetState.SUBMITTED,
    (SetStep.SUBMIT, SetState.RETURNED): SetState.SUBMITTED,
    (SetStep.REOPEN, SetState.ACCEPTED): SetState.RETURNED,
}
COLLEAGUE_MAY: Mapping[tuple[SetStep, SetState], SetState] = {
    (SetStep.ACCEPT, SetState.SUBMITTED): SetState.ACCEPTED,
    (SetStep.RETURN, SetState.SUBMITTED): SetState.RETURNED,
    (SetStep.REOPEN, SetState.ACCEPTED): SetState.SUBMITTED,
}
SAYS_WHY = frozenset({SetStep.RETURN, SetStep.REOPEN})
# in which the author writes, and in which a colleague may correct
AUTHOR_WRITES = frozenset({SetState.DRAFT, SetState.RETURNED})
COLLEAGUE_WRITES = frozenset({SetState.SUBMITTED})


def state_after(step: SetStep, state: SetState, *, is_author: bool) -> SetState | None:
    """Where the step leads; None where it is not open to that person from that state."""
    moves = AUTHOR_MAY if is_author else COLLEAGUE_MAY
    return moves.get((step, state))
