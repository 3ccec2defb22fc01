"""Write down the steps that sets took before steps were kept, as their reviews tell of them."""

from typing import Any

from django.db import migrations


def steps_so_far(apps: Any, schema_editor: Any) -> None:
    """A submit before each decision, the decision, and a submit of what still waits."""
    del schema_editor
    annotation_set = apps.get_model("annotation", "AnnotationSet")
    review = apps.get_model("annotation", "Review")
    transition = apps.get_model("annotation", "SetTransition")
    known = set(transition.objects.values_list("annotation_set_id", flat=True))
    rows: list[Any] = []

    def step(row: Any, name: str, before: str, after: str, **more: Any) -> None:
        rows.append(
            transition(annotation_set=row, step=name, from_state=before, to_state=after, **more)
        )

    sets = annotation_set.objects.filter(purpose="reader", submitted_at__isnull=False)
    for row in sets.exclude(pk__in=known).iterator():
        before = "draft"
        for one in review.objects.filter(annotation_set=row).order_by("created_at"):
            step(
                row, "submit", before, "submitted",
                revision=one.revision, actor_id=row.author_id, at=one.created_at,
            )  # fmt: skip
            before = "accepted" if one.decision == "accept" else "returned"
            step(
                row, one.decision, "submitted", before,
                revision=one.revision, actor_id=one.reviewer_id, reason=one.remark,
                at=one.created_at,
            )  # fmt: skip
        if row.state == "submitted" and before != "accepted":
            step(
                row, "submit", before, "submitted",
                revision=row.revision, actor_id=row.author_id, at=row.submitted_at,
            )  # fmt: skip
    transition.objects.bulk_create(rows, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("annotation", "0013_adjudicated")]

    operations = [migrations.RunPython(steps_so_far, migrations.RunPython.noop)]
