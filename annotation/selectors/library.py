"""What the library of a project holds, in figures and in names to choose from."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from annotation.models import AnnotationSet, Chunk, Clip, SetPurpose, Upload
from annotation.models.annotation_set import hidden_while_reading
from annotation.models.upload import LIVE
from fascicle.accounts.models import Membership, Role, User

READINGS = (SetPurpose.READER, SetPurpose.CONSENSUS)


@dataclass(frozen=True, slots=True)
class ProjectStorage:
    """Bytes and counts of a project. Content that two clips share is counted for both."""

    clip_count: int
    frame_count: int
    chunk_bytes: int
    waiting_bytes: int
    deleted_clip_count: int
    deleted_bytes: int


def project_storage(project_id: UUID) -> ProjectStorage:
    """What a project takes in the storage and in the waiting area."""
    present, deleted = Q(deleted_at__isnull=True), Q(deleted_at__isnull=False)
    clips = Clip.objects.filter(project_id=project_id).aggregate(
        clip_count=Count("pk", filter=present),
        frame_count=Coalesce(Sum("frame_count", filter=present), 0),
        deleted_clip_count=Count("pk", filter=deleted),
    )
    chunks = Chunk.objects.filter(clip__project_id=project_id).aggregate(
        chunk_bytes=Coalesce(Sum("byte_size", filter=Q(clip__deleted_at__isnull=True)), 0),
        deleted_bytes=Coalesce(Sum("byte_size", filter=Q(clip__deleted_at__isnull=False)), 0),
    )
    waiting = Upload.objects.filter(project_id=project_id, state__in=LIVE)
    received = waiting.aggregate(waiting_bytes=Coalesce(Sum("received_bytes"), 0))
    return ProjectStorage(**clips, **chunks, **received)


@dataclass(frozen=True, slots=True)
class ScannerFacet:
    """A scanner and its clips."""

    name: str
    clip_count: int


@dataclass(frozen=True, slots=True)
class AssigneeFacet:
    """A person and the clips they have begun to read."""

    id: UUID
    name: str
    clip_count: int


@dataclass(frozen=True, slots=True)
class ProjectFacets:
    """What lists of a project's clips can be narrowed to."""

    scanners: tuple[ScannerFacet, ...]
    assignees: tuple[AssigneeFacet, ...]


def project_facets(user: User, project_id: UUID) -> ProjectFacets:
    """Scanners of the project's clips, and who reads them. A trainee learns of nobody else's
    readings.
    """
    clips = Clip.objects.filter(project_id=project_id, deleted_at__isnull=True)
    scanners = (
        clips.exclude(scanner="")
        .order_by("scanner")
        .values_list("scanner")
        .annotate(count=Count("pk"))
    )
    assignees = (
        readings_of_clips(user)
        .filter(clip__in=clips.values("pk"))
        .order_by("author__name", "author__email", "author_id")
        .values_list("author_id", "author__name", "author__email")
        .annotate(count=Count("clip_id", distinct=True))
    )
    return ProjectFacets(
        tuple(ScannerFacet(name, count) for name, count in scanners),
        tuple(AssigneeFacet(pk, name or email, count) for pk, name, email, count in assignees),
    )


def readings_of_clips(user: User) -> QuerySet[AnnotationSet]:
    """Readings of which the person may know that they exist: one's own, and as an expert or admin
    those of colleagues, but not on clips that one is still to read blinded.
    """
    trusted = Membership.objects.of(user, roles=[Role.ADMIN, Role.EXPERT]).values("project_id")
    known = AnnotationSet.objects.filter(~hidden_while_reading(user), purpose__in=READINGS)
    return known.filter(Q(author=user) | Q(clip__project_id__in=trusted))
