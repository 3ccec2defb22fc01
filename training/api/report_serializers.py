"""JSON of reports."""

from typing import Any

from rest_framework import serializers

from training.models import RunReport


class ReportFigureSerializer(serializers.Serializer[Any]):
    """A figure to ask for by name."""

    name = serializers.CharField()
    title = serializers.CharField()
    caption = serializers.CharField()


class ReportFrameSerializer(serializers.Serializer[Any]):
    """A frame of the gallery, worst first."""

    title = serializers.CharField()
    clip = serializers.UUIDField()
    frame_index = serializers.IntegerField()
    fold = serializers.IntegerField()
    iou = serializers.FloatField(allow_null=True)
    dices = serializers.DictField(child=serializers.FloatField(allow_null=True))


class RunReportSerializer(serializers.ModelSerializer[RunReport]):
    """A report, or how far its making is. `contents` as in `training.reports.contents`."""

    state = serializers.CharField(source="job.state")
    progress = serializers.FloatField(source="job.progress")
    error = serializers.CharField(source="job.error")
    contents = serializers.DictField()
    figures = ReportFigureSerializer(many=True)
    gallery = ReportFrameSerializer(many=True)

    class Meta:
        model = RunReport
        fields = [
            "run", "state", "progress", "error", "made_at", "contents", "figures", "gallery",
        ]  # fmt: skip
