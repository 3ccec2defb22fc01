"""Ship the examinations of DESIGN section 3, in the Okabe-Ito palette (colour-blind safe)."""

from django.db import migrations

ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
VERMILION, PURPLE = "#D55E00", "#CC79A7"

# code, name, description, [(code, name, kind, colour)] in the order of the network's channels
PROCEDURES = [
    (
        "axillary",
        "Axillary block",
        "Brachial plexus at the axilla, as in Smistad et al. 2018.",
        [
            ("vessel", "Blood vessel", "vessel", VERMILION),
            ("bone", "Bone", "bone", SKY),
            ("musculocutaneous", "Musculocutaneous nerve", "nerve", ORANGE),
            ("median", "Median nerve", "nerve", GREEN),
            ("ulnar", "Ulnar nerve", "nerve", PURPLE),
        ],
    ),
    (
        "femoral",
        "Femoral block",
        "Femoral nerve below the inguinal ligament.",
        [
            ("vessel", "Blood vessel", "vessel", VERMILION),
            ("bone", "Bone", "bone", SKY),
            ("femoral-nerve", "Femoral nerve", "nerve", YELLOW),
        ],
    ),
    (
        "brachial-plexus",
        "Brachial plexus",
        "Nerves and vessels of the plexus at any level, without telling the branches apart.",
        [
            ("nerve", "Nerve", "nerve", YELLOW),
            ("vessel", "Blood vessel", "vessel", VERMILION),
        ],
    ),
    (
        "femoral-block",
        "Femoral block region",
        "The region to be blocked, as one area (Huang et al. 2019).",
        [("block-region", "Femoral nerve block region", "nerve", ORANGE)],
    ),
]


def ship(apps, schema_editor):
    """Make the rows once; later edits by people stay."""
    procedures = apps.get_model("annotation", "Procedure")
    structures = apps.get_model("annotation", "Structure")
    for code, name, description, members in PROCEDURES:
        procedure, _ = procedures.objects.get_or_create(
            code=code, defaults={"name": name, "description": description}
        )
        for channel, (structure_code, label, kind, colour) in enumerate(members, start=1):
            structures.objects.get_or_create(
                procedure=procedure,
                code=structure_code,
                defaults={"name": label, "kind": kind, "colour": colour, "channel": channel},
            )


class Migration(migrations.Migration):
    dependencies = [("annotation", "0001_initial")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
