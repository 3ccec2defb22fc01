"""What a fold's fit has said, over HTTP: for whoever may see the run. Its jobs are its admins'."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person
from training.api.frame_names import without_names
from training.models import Fold, TrainingRun
from training.permissions import may_train


class FoldLogSerializer(serializers.Serializer[Any]):
    """The end of a log; more may come while `state`, of the fold's job, is queued or running."""

    state = serializers.CharField()
    log = serializers.CharField(allow_blank=True)


class FoldLogView(APIView):
    """The log of a fold of a run of one's projects."""

    @extend_schema(
        responses={200: FoldLogSerializer, 404: ErrorSerializer}, operation_id="fold_log"
    )
    def get(self, request: Request, pk: str, index: int) -> Response:
        """Its last lines. Names of frames and the server's folders stand in it for admins alone."""
        reader = person(request)
        folds = Fold.objects.filter(run__in=TrainingRun.objects.visible_to(reader))
        rows = folds.select_related("job", "run").defer("run__split")
        fold = get_object_or_404(rows, run_id=pk, index=index)
        log = fold.job.log_tail
        if not may_train(reader, fold.run.project_id):
            log = without_names(log)
        told = {"state": fold.job.state, "log": log}
        return Response(FoldLogSerializer(told).data)
