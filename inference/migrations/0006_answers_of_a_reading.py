"""A reading keeps its own answers: those of a clip read again no longer take the first's place."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def to_what_was_worked_on(apps: Any, schema_editor: Any) -> None:
    """Give each answer to the reading its person had begun last by then; of who had none, to the
    set they wrote to last. What fits none changed nothing anywhere, and is dropped.

    What is left of accepted shapes is measured anew, as it may have been compared with another
    reading.
    """
    answers = apps.get_model("inference", "SuggestionAnswer").objects.all()
    sets = apps.get_model("annotation", "AnnotationSet").objects.exclude(purpose="suggestion")
    answers.update(kept_dice=None, kept_revision=None)
    for suggestion, clip, user in set(
        answers.values_list("suggestion", "suggestion__annotation_set__clip", "user")
    ):
        given = answers.filter(suggestion=suggestion, user=user)
        of_clip = sets.filter(clip=clip)
        readings = of_clip.filter(author=user, purpose="reader").order_by("reading")
        written = of_clip.filter(revisions__author=user).order_by("-revisions__created_at")
        first, *later = list(readings) or list(written[:1]) or [None]
        given.update(annotation_set=first)
        for reading in later:
            given.filter(answered_at__gte=reading.created_at).update(annotation_set=reading)
    answers.filter(annotation_set=None).delete()


def to_one_a_person(apps: Any, schema_editor: Any) -> None:
    """The answer given last stands for all of a person's readings."""
    answers = apps.get_model("inference", "SuggestionAnswer").objects.all()
    place = ("suggestion_id", "user_id", "structure_id", "frame_index")
    newest = answers.order_by(*place, "-answered_at").distinct(*place)
    answers.exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0015_check_findings"),
        ("inference", "0005_doubt"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="suggestionanswer",
            name="suggestion_answer_once",
        ),
        migrations.AddField(
            model_name="suggestionanswer",
            name="annotation_set",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotation.annotationset",
            ),
        ),
        migrations.RunPython(to_what_was_worked_on, to_one_a_person, elidable=False),
        # the table cannot be altered while rows wait to be checked
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="suggestionanswer",
            name="annotation_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotation.annotationset",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestionanswer",
            constraint=models.UniqueConstraint(
                fields=("suggestion", "annotation_set", "user", "structure", "frame_index"),
                name="suggestion_answer_once_a_reading",
            ),
        ),
    ]
