"""A run's report over HTTP: its numbers, figures and pictures, and the files to take away."""

from django.core.files.base import File
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fascicle.api.any_accept import AnyAccept
from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person
from fascicle.jobs.api.serializers import JobSerializer
from training.api.report_serializers import RunReportSerializer
from training.models import Fold, RunReport, TrainingRun
from training.services.blinded_reader import is_blinded_to, refuse_blinded_reader
from training.services.report_fetch import (
    predictions_fetch,
    report_fetch,
    report_figure,
    report_picture,
)
from training.services.report_start import report_start

NOT_READY = OpenApiResponse(ErrorSerializer, description="It is not made yet.")
# a report that is made anew has other bytes under the same addresses
_CACHE = "private, max-age=60"


class RunReportView(APIView):
    """The report of a run of one's projects."""

    @extend_schema(
        responses={200: RunReportSerializer, 404: ErrorSerializer}, operation_id="run_report"
    )
    def get(self, request: Request, pk: str) -> Response:
        """The report; not found for a run that never had one. Its gallery is empty for whoever is
        still to read one of the clips blinded: that it was measured on says that it is accepted.
        """
        report = _report(request, pk)
        told = RunReportSerializer(report).data
        if is_blinded_to(snapshot=report.run.snapshot, actor=person(request)):
            told["gallery"] = []
        return Response(told)

    @extend_schema(
        request=None,
        responses={202: JobSerializer, 409: ErrorSerializer},
        operation_id="run_report_make",
    )
    def post(self, request: Request, pk: str) -> Response:
        """Make the report, or make it anew."""
        run = get_object_or_404(_runs(request), pk=pk)
        job = report_start(run=run, actor=person(request))
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class RunReportFileView(APIView):
    """Bytes of a report."""

    content_negotiation_class = AnyAccept
    as_pdf = False

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, 409: NOT_READY}
    )
    def get(self, request: Request, pk: str) -> HttpResponse:
        """The whole report as a file."""
        report = _report(request, pk)
        refuse_blinded_reader(snapshot=report.run.snapshot, actor=person(request))
        content = report_fetch(report=report, as_pdf=self.as_pdf, actor=person(request))
        kind, suffix = ("application/pdf", "pdf") if self.as_pdf else ("text/html", "html")
        response = HttpResponse(content, content_type=kind)
        name = f"fascicle-run-{report.run.number}.{suffix}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response


class RunReportFigureView(APIView):
    """A figure in the page's colours."""

    content_negotiation_class = AnyAccept

    @extend_schema(responses={(200, "image/svg+xml"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: str, name: str) -> HttpResponse:
        """SVG."""
        return _picture(report_figure(report=_report(request, pk), name=name), "image/svg+xml")


class RunReportPictureView(APIView):
    """A frame of the gallery: the frame, the truth, the prediction."""

    content_negotiation_class = AnyAccept

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: str, number: int) -> HttpResponse:
        """PNG."""
        report = _report(request, pk)
        refuse_blinded_reader(snapshot=report.run.snapshot, actor=person(request))
        return _picture(report_picture(report=report, number=number), "image/png")


class FoldPredictionsView(APIView):
    """What a fold made of the frames that it had not trained on."""

    content_negotiation_class = AnyAccept

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY, 409: NOT_READY})
    def get(self, request: Request, pk: str, index: int) -> FileResponse:
        """Zip of label PNGs: CLIP-FRAME.png as predicted, truth/ as trained on."""
        folds = Fold.objects.filter(run__in=_runs(request)).select_related("run__snapshot")
        fold = get_object_or_404(folds, run_id=pk, index=index)
        refuse_blinded_reader(snapshot=fold.run.snapshot, actor=person(request))
        content: File[bytes] = predictions_fetch(fold=fold, actor=person(request))
        name = f"fascicle-run-{fold.run.number}-fold-{index + 1}-predictions.zip"
        return FileResponse(content, as_attachment=True, filename=name)


def _runs(request: Request) -> QuerySet[TrainingRun]:
    return TrainingRun.objects.visible_to(person(request))


def _report(request: Request, run_id: str) -> RunReport:
    reports = RunReport.objects.filter(run__in=_runs(request)).select_related(
        "job", "run__snapshot"
    )
    return get_object_or_404(reports, run_id=run_id)


def _picture(content: bytes | None, kind: str) -> HttpResponse:
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type=kind)
    response["Cache-Control"] = _CACHE
    response["X-Content-Type-Options"] = "nosniff"
    return response
