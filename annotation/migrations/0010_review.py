"""Assignments, steps of a set, remarks with spans and replies, notices; re-reads of a clip."""

import uuid
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def span_of_one_frame(apps: Any, schema_editor: Any) -> None:
    """A remark made so far is about the one frame that it is pinned to."""
    del schema_editor
    apps.get_model("annotation", "Issue").objects.update(last_frame=models.F("frame_index"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_preference"),
        ("annotation", "0009_rows_fit_their_clip"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "task",
                    models.CharField(
                        choices=[("annotate", "Annotate"), ("review", "Review")], max_length=8
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done"), ("withdrawn", "Withdrawn")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("reading", models.PositiveSmallIntegerField(default=1)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("is_blinded_to_readers", models.BooleanField(default=False)),
                ("is_blinded_to_model", models.BooleanField(default=False)),
                (
                    "check_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "No check"),
                            ("reread", "A clip read before, to compare a reader with themselves"),
                            ("ground_truth", "A clip whose truth is known"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("is_by_rule", models.BooleanField(default=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AssignmentRule",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="assignment_rule",
                        serialize=False,
                        to="accounts.project",
                    ),
                ),
                ("readers_per_clip", models.PositiveSmallIntegerField(default=0)),
                ("is_blinded_to_readers", models.BooleanField(default=True)),
                ("is_blinded_to_model", models.BooleanField(default=False)),
                ("read_within_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("assigns_reviewer", models.BooleanField(default=False)),
                ("review_within_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="IssueReply",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.TextField()),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("assigned", "Work was assigned to you"),
                            ("due", "Work is due"),
                            ("returned", "Your reading was returned"),
                            ("accepted", "Your reading was accepted"),
                            ("reopened", "A decision was taken back"),
                            ("remark", "There is a remark"),
                            ("released", "Work lost its person"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(max_length=400)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="NoticeSetting",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="notice_setting",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_mail_muted", models.BooleanField(default=False)),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SetTransition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("submit", "Handed in"),
                            ("accept", "Accepted"),
                            ("return", "Returned"),
                            ("reopen", "Reopened"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "from_state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("returned", "Returned"),
                            ("accepted", "Accepted"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("returned", "Returned"),
                            ("accepted", "Accepted"),
                        ],
                        max_length=16,
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="annotationset",
            name="set_once_a_person",
        ),
        migrations.AddField(
            model_name="annotationset",
            name="reading",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="issue",
            name="last_frame",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(span_of_one_frame, migrations.RunPython.noop),
        migrations.AddField(
            model_name="issue",
            name="resolved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="annotationset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("author__isnull", False)),
                fields=("clip", "author", "purpose", "reading"),
                name="set_once_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="annotationset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reading", 1),
                    models.Q(("purpose", "reader"), ("reading__gt", 1)),
                    _connector="OR",
                ),
                name="set_reading_counts_readings",
            ),
        ),
        migrations.AddConstraint(
            model_name="issue",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_frame__gte", models.F("frame_index"))),
                name="issue_span_in_order",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="annotation_set",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assignments",
                to="annotation.annotationset",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="assigned_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="assignee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="clip",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assignments",
                to="annotation.clip",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assignments",
                to="accounts.project",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="reference",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="annotation.annotationset",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="set_author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assignmentrule",
            name="readers",
            field=models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="assignmentrule",
            name="reviewers",
            field=models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="issuereply",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="issuereply",
            name="issue",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="replies",
                to="annotation.issue",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="annotation_set",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotation.annotationset",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="clip",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotation.clip",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.project"
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="settransition",
            name="actor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="settransition",
            name="annotation_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="transitions",
                to="annotation.annotationset",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["assignee", "project", "due_on", "created_at", "id"],
                name="assignment_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["project", "-created_at", "id"], name="assignment_newest"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open"), ("task", "annotate")),
                fields=("clip", "assignee"),
                name="assignment_one_reading_at_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open"), ("task", "review")),
                fields=("annotation_set", "assignee"),
                name="assignment_review_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("task__in", ["annotate", "review"])),
                name="assignment_task_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "done", "withdrawn"])),
                name="assignment_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("check_kind__in", ["", "reread", "ground_truth"])),
                name="assignment_check_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("set_author__isnull", True), ("task", "annotate")),
                    models.Q(
                        ("annotation_set__isnull", False),
                        ("check_kind", ""),
                        ("set_author__isnull", False),
                        ("task", "review"),
                    ),
                    _connector="OR",
                ),
                name="assignment_review_names_set",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("set_author__isnull", True),
                    models.Q(("assignee", models.F("set_author")), _negated=True),
                    _connector="OR",
                ),
                name="assignment_review_not_of_own_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("check_kind", ""), ("is_blinded_to_readers", True), _connector="OR"
                ),
                name="assignment_check_is_blinded",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True), ("closed_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="assignment_closed_when_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignmentrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("readers_per_clip__lte", 20),
                ),
                name="assignment_rule_sizes",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuereply",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="issue_reply_has_text"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["user", "-created_at", "-id"], name="notice_newest_first"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)), fields=["user"], name="notice_unread"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "assigned",
                            "due",
                            "returned",
                            "accepted",
                            "reopened",
                            "remark",
                            "released",
                        ],
                    )
                ),
                name="notice_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="notice_has_text"
            ),
        ),
        migrations.AddConstraint(
            model_name="settransition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("from_state__in", ["draft", "returned"]),
                        ("step", "submit"),
                        ("to_state", "submitted"),
                    ),
                    models.Q(
                        ("from_state", "submitted"), ("step", "accept"), ("to_state", "accepted")
                    ),
                    models.Q(
                        ("from_state", "submitted"), ("step", "return"), ("to_state", "returned")
                    ),
                    models.Q(
                        ("from_state", "accepted"),
                        ("step", "reopen"),
                        ("to_state__in", ["returned", "submitted"]),
                    ),
                    _connector="OR",
                ),
                name="transition_is_a_step",
            ),
        ),
        migrations.AddConstraint(
            model_name="settransition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("step__in", ["submit", "accept"]),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="transition_says_why",
            ),
        ),
    ]
