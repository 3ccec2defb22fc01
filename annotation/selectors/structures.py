"""The structures of procedures, kept in memory."""

from collections.abc import Collection, Mapping
from uuid import UUID

from annotation.models import Structure

_known: dict[UUID, Mapping[UUID, str]] = {}


def structure_names(procedure_id: UUID, wanted: Collection[UUID] = ()) -> Mapping[UUID, str]:
    """The names of a procedure's structures by their ids; reads the database at most once.

    Procedures change with migrations only, hence with a restart. Where one of `wanted` is not
    known they are read again all the same, so that nothing that exists is ever refused.
    """
    names = _known.get(procedure_id)
    if names is None or not all(one in names for one in wanted):
        rows = Structure.objects.filter(procedure=procedure_id).values_list("pk", "name")
        names = _known[procedure_id] = dict(rows)
    return names
