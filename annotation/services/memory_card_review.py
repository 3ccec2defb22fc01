"""When a question is asked again, by the free spaced repetition scheduler."""

from datetime import datetime

from fsrs import Card, Rating, Scheduler

from annotation.models import Enrolment, MemoryCard, Question
from annotation.practice import Recall

# without the random part of an interval: the same answers give everyone the same days
SCHEDULER = Scheduler(enable_fuzzing=False)


def memory_card_review(
    *, enrolment: Enrolment, question: Question, recall: Recall, at: datetime
) -> MemoryCard:
    """Note how well a question was remembered at a moment; says when it is due again.

    Whoever calls this holds the enrolment's lock.
    """
    row = MemoryCard.objects.filter(enrolment=enrolment, question=question).first()
    before = Card(card_id=1, due=at) if row is None else Card.from_dict(row.state)
    after, _ = SCHEDULER.review_card(before, Rating(int(recall)), review_datetime=at)
    row, _ = MemoryCard.objects.update_or_create(
        enrolment=enrolment,
        question=question,
        defaults={"state": after.to_dict(), "due": after.due},
    )
    return row
