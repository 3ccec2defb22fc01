"""Courses of the practice room, and answers that the database keeps as they are."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# an answer is committed once; it goes away only with its course or its question
KEEP = """
CREATE FUNCTION attempt_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an answer stands once it is committed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'attempt_stands',
        TABLE = 'annotation_attempt';
END $$;
CREATE TRIGGER attempt_stands BEFORE UPDATE ON annotation_attempt
    FOR EACH ROW EXECUTE FUNCTION attempt_stands();
"""
LET_GO = """
DROP TRIGGER attempt_stands ON annotation_attempt;
DROP FUNCTION attempt_stands();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_preference"),
        ("annotation", "0010_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("description", models.TextField(blank=True)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("novice", "Novice"),
                            ("intermediate", "Intermediate"),
                            ("advanced", "Advanced"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("open", "Open"), ("closed", "Closed")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="courses",
                        to="accounts.project",
                    ),
                ),
                ("structures", models.ManyToManyField(related_name="+", to="annotation.structure")),
            ],
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("cohort", models.CharField(blank=True, max_length=80)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="enrolments",
                        to="annotation.course",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("find", "Find"),
                            ("name", "Name"),
                            ("delineate", "Delineate"),
                            ("scan", "Timed scan"),
                        ],
                        max_length=12,
                    ),
                ),
                ("first_frame", models.PositiveIntegerField()),
                ("last_frame", models.PositiveIntegerField()),
                ("note", models.TextField(blank=True)),
                ("revision", models.PositiveIntegerField()),
                (
                    "annotation_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="annotation.annotationset",
                    ),
                ),
                (
                    "clip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="annotation.clip",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="annotation.course",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotation.structure",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="MemoryCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.JSONField()),
                ("due", models.DateTimeField()),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cards",
                        to="annotation.enrolment",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="annotation.question",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "committed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("answer", models.JSONField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("hit", "Hit"),
                            ("near", "Near"),
                            ("missed", "Missed"),
                            ("absent", "Absent"),
                            ("overlooked", "Overlooked"),
                            ("imagined", "Imagined"),
                            ("early", "Early"),
                            ("late", "Late"),
                        ],
                        max_length=12,
                    ),
                ),
                ("score", models.JSONField()),
                ("recall", models.PositiveSmallIntegerField()),
                ("is_first_look", models.BooleanField()),
                (
                    "taken_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotation.structure",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="annotation.enrolment",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="annotation.question",
                    ),
                ),
            ],
            options={
                "ordering": ["committed_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["novice", "intermediate", "advanced"])),
                name="course_level_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "open", "closed"])),
                name="course_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="course_has_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(fields=("course", "person"), name="enrolment_once"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                fields=("course", "number"), name="question_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                fields=("course", "mode", "clip", "structure", "first_frame"),
                name="question_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ["find", "name", "delineate", "scan"])),
                name="question_mode_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("last_frame__gt", models.F("first_frame")), ("mode", "scan")),
                    models.Q(
                        models.Q(("mode", "scan"), _negated=True),
                        ("last_frame", models.F("first_frame")),
                    ),
                    _connector="OR",
                ),
                name="question_frames_of_mode",
            ),
        ),
        migrations.AddIndex(
            model_name="memorycard",
            index=models.Index(fields=["enrolment", "due"], name="memory_card_due"),
        ),
        migrations.AddConstraint(
            model_name="memorycard",
            constraint=models.UniqueConstraint(
                fields=("enrolment", "question"), name="memory_card_once"
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["question", "number"], name="attempt_of_question"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                fields=("enrolment", "question", "number"), name="attempt_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "hit",
                            "near",
                            "missed",
                            "absent",
                            "overlooked",
                            "imagined",
                            "early",
                            "late",
                        ],
                    )
                ),
                name="attempt_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("recall__in", [1, 2, 3, 4])), name="attempt_recall_known"
            ),
        ),
        migrations.RunSQL(KEEP, LET_GO),
    ]
