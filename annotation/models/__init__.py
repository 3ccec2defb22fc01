"""The nouns of annotating: see DESIGN section 3."""

from annotation.models.active_time import ActiveTime
from annotation.models.agreement import AgreementBasis, AgreementReading, AgreementReport
from annotation.models.annotation_set import AnnotationSet, SetPurpose, SetState
from annotation.models.assignment import (
    Assignment,
    AssignmentCheck,
    AssignmentState,
    AssignmentTask,
)
from annotation.models.assignment_rule import AssignmentRule
from annotation.models.check_finding import CheckFinding
from annotation.models.chunk import Chunk
from annotation.models.clip import Clip, ClipState
from annotation.models.course import (
    Course,
    CourseLevel,
    CourseState,
    PracticeMode,
    Question,
)
from annotation.models.enrolment import Attempt, Enrolment, MemoryCard
from annotation.models.export import Export
from annotation.models.frame_table import FrameTable
from annotation.models.issue import Issue, IssueReply
from annotation.models.judgement import FrameQuality, ImageQuality, Note, NotVisible
from annotation.models.notice import Notice, NoticeKind, NoticeSetting
from annotation.models.procedure import Procedure, Structure, StructureKind
from annotation.models.propagation import PropagatedShape, Propagation
from annotation.models.protocol import Protocol
from annotation.models.review import Decision, Review
from annotation.models.revision import Revision, SetSnapshot
from annotation.models.subject import Subject
from annotation.models.track import Keyframe, KeyframeSource, ShapeKind, Track
from annotation.models.transition import SetStep, SetTransition
from annotation.models.upload import Upload, UploadState

__all__ = [
    "ActiveTime",
    "AgreementBasis",
    "AgreementReading",
    "AgreementReport",
    "AnnotationSet",
    "Assignment",
    "AssignmentCheck",
    "AssignmentRule",
    "AssignmentState",
    "AssignmentTask",
    "Attempt",
    "CheckFinding",
    "Chunk",
    "Clip",
    "ClipState",
    "Course",
    "CourseLevel",
    "CourseState",
    "Decision",
    "Enrolment",
    "Export",
    "FrameQuality",
    "FrameTable",
    "ImageQuality",
    "Issue",
    "IssueReply",
    "Keyframe",
    "KeyframeSource",
    "MemoryCard",
    "NotVisible",
    "Note",
    "Notice",
    "NoticeKind",
    "NoticeSetting",
    "PracticeMode",
    "Procedure",
    "PropagatedShape",
    "Propagation",
    "Protocol",
    "Question",
    "Review",
    "Revision",
    "SetPurpose",
    "SetSnapshot",
    "SetState",
    "SetStep",
    "SetTransition",
    "ShapeKind",
    "Structure",
    "StructureKind",
    "Subject",
    "Track",
    "Upload",
    "UploadState",
]
