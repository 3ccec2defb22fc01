"""Figures for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

MILLISECONDS = (1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 250, 400, 1000, 5000)


class Metrics:
    """Counters and histograms of every stage, of one hub."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = self.registry
        self.frames = Counter("fascicle_live_frames", "Frames taken from bridges.", registry=own)
        self.dropped = Counter(
            "fascicle_live_frames_dropped", "Frames not passed on.", ["why"], registry=own
        )
        self.sent = Counter("fascicle_live_frames_sent", "Frames sent to viewers.", registry=own)
        self.skipped = Counter(
            "fascicle_live_frames_skipped",
            "Frames a viewer was not sent because a newer one was there.",
            registry=own,
        )
        self.refused = Counter(
            "fascicle_live_refused", "Connections closed by the hub.", ["code"], registry=own
        )
        self.engine_restarts = Counter(
            "fascicle_live_engine_restarts", "Engine processes started again.", registry=own
        )
        self.sessions = Gauge("fascicle_live_sessions", "Sessions with a bridge.", registry=own)
        self.viewers = Gauge("fascicle_live_viewers", "Viewers connected.", registry=own)
        self.stages = Histogram(
            "fascicle_live_stage_milliseconds",
            "What each stage of a frame's way takes.",
            ["stage"],
            buckets=MILLISECONDS,
            registry=own,
        )

    def text(self) -> bytes:
        """The exposition."""
        return generate_latest(self.registry)
