"""Triggers for two rules that span tables; see docs/decisions/rules-across-tables-are-triggers.md.

A structure named in a set is one of the project's procedure, and a frame lies within the clip. They
run once a statement, however many rows it writes.
"""

from django.db import migrations

CLIP = """
    JOIN annotation_annotationset one ON one.id = {set}
    JOIN annotation_clip clip ON clip.id = one.clip_id
"""
OWN_CLIP = CLIP.format(set="fresh.annotation_set_id")
TRACK_CLIP = "JOIN annotation_track track ON track.id = fresh.track_id" + CLIP.format(
    set="track.annotation_set_id"
)
STRUCTURE = """
    JOIN annotation_structure structure ON structure.id = fresh.structure_id
    LEFT JOIN annotation_protocol protocol ON protocol.project_id = clip.project_id
"""
OTHER_PROCEDURE = "structure.procedure_id IS DISTINCT FROM protocol.procedure_id"
BEYOND = "fresh.{column} >= clip.frame_count"

# rule, table, how the clip is found from a new row, what must not be, columns that never change
RULES = [
    (
        "track_structure_of_procedure", "annotation_track",
        OWN_CLIP + STRUCTURE, OTHER_PROCEDURE, ["annotation_set_id", "structure_id"],
    ),
    (
        "not_visible_structure_of_procedure", "annotation_notvisible",
        OWN_CLIP + STRUCTURE, OTHER_PROCEDURE, ["annotation_set_id", "structure_id"],
    ),
    (
        "keyframe_within_clip", "annotation_keyframe",
        TRACK_CLIP, BEYOND.format(column="frame_index"), ["track_id", "frame_index"],
    ),
    (
        "quality_within_clip", "annotation_framequality",
        OWN_CLIP, BEYOND.format(column="frame_index"), ["annotation_set_id", "frame_index"],
    ),
    (
        "not_visible_within_clip", "annotation_notvisible",
        OWN_CLIP, BEYOND.format(column="last_frame"), ["annotation_set_id", "last_frame"],
    ),
    (
        "note_within_clip", "annotation_note",
        OWN_CLIP, BEYOND.format(column="frame_index"), ["annotation_set_id", "frame_index"],
    ),
]  # fmt: skip

RAISE = """
    RAISE EXCEPTION 'new row for relation "{table}" violates "{rule}"'
        USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}', TABLE = '{table}';
"""
MAKE = """
    CREATE FUNCTION {rule}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM fresh {clip} WHERE {wrong}) THEN
            {error}
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER {rule} AFTER INSERT ON {table}
        REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION {rule}();

    CREATE FUNCTION {rule}_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {error}
    END $$;
    CREATE TRIGGER {rule}_moved BEFORE UPDATE OF {columns} ON {table} FOR EACH ROW
        WHEN ({moved}) EXECUTE FUNCTION {rule}_moved();
"""
REMOVE = """
    DROP TRIGGER {rule} ON {table};
    DROP TRIGGER {rule}_moved ON {table};
    DROP FUNCTION {rule}();
    DROP FUNCTION {rule}_moved();
"""


def rule_sql(rule: str, table: str, clip: str, wrong: str, columns: list[str]) -> str:
    """What makes a rule's functions and triggers."""
    return MAKE.format(
        rule=rule,
        table=table,
        clip=clip,
        wrong=wrong,
        error=RAISE.format(rule=rule, table=table),
        columns=", ".join(columns),
        moved=" OR ".join(f"OLD.{each} IS DISTINCT FROM NEW.{each}" for each in columns),
    )


class Migration(migrations.Migration):
    dependencies = [("annotation", "0008_active_time")]

    operations = [
        migrations.RunSQL(rule_sql(*rule), REMOVE.format(rule=rule[0], table=rule[1]))
        for rule in RULES
    ]
