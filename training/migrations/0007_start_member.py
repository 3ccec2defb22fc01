from statistics import fmean

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_BATCH = 1000


def fill_mean_dice(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    del schema_editor
    epoch = apps.get_model("training", "Epoch")
    rows = []
    for row in epoch.objects.iterator(chunk_size=_BATCH):
        known = [dice for dice in row.held_out_dice.values() if dice is not None]
        row.mean_dice = fmean(known) if known else None
        rows.append(row)
    epoch.objects.bulk_update(rows, ["mean_dice"], batch_size=_BATCH)


class Migration(migrations.Migration):
    dependencies = [("training", "0006_start_from")]

    operations = [
        migrations.AddField(
            model_name="epoch",
            name="mean_dice",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="fold",
            name="start_member",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunPython(fill_mean_dice, migrations.RunPython.noop, elidable=True),
    ]
