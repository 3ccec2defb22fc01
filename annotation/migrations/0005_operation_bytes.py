"""Operations as compact bytes instead of JSON; existing rows are converted without loss."""

import django.db.models.deletion
from django.db import migrations, models

from annotation.operation_codec import decode_operations, encode_operations
from annotation.operations import operation_to_json, parse_operations


def to_bytes(apps, schema_editor):
    revisions = apps.get_model("annotation", "Revision").objects
    for row in revisions.only("pk", "ops").iterator(chunk_size=200):
        operations = parse_operations(row.ops) if row.ops else []
        revisions.filter(pk=row.pk).update(
            operations=encode_operations(operations), op_count=len(operations)
        )


def to_json(apps, schema_editor):
    revisions = apps.get_model("annotation", "Revision").objects
    for row in revisions.only("pk", "operations").iterator(chunk_size=200):
        operations = decode_operations(bytes(row.operations))
        revisions.filter(pk=row.pk).update(ops=[operation_to_json(one) for one in operations])


class Migration(migrations.Migration):
    dependencies = [("annotation", "0004_judgement")]

    operations = [
        migrations.AddField("revision", "operations", models.BinaryField(default=b"")),
        migrations.AddField("revision", "op_count", models.PositiveIntegerField(default=0)),
        migrations.AlterField("revision", "ops", models.JSONField(default=list)),
        migrations.RunPython(to_bytes, to_json, elidable=False),
        # constraint checks that wait for the end of the transaction hold the table back
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveField("revision", "ops"),
        migrations.AlterField("revision", "operations", models.BinaryField()),
        migrations.AlterField("revision", "op_count", models.PositiveIntegerField()),
        migrations.AddConstraint(
            "revision",
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="revision_number_from_one"
            ),
        ),
        migrations.CreateModel(
            name="SetSnapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("contents", models.BinaryField()),
                (
                    "annotation_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="snapshots",
                        to="annotation.annotationset",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("annotation_set", "number"), name="set_snapshot_once"
                    )
                ]
            },
        ),
    ]
