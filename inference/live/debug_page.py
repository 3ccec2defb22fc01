"""What people on the machine look at when the live path does not do what it should."""

import json
from html import escape

from inference.live.hub import Hub
from inference.live.session import Session

STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;margin:2rem;background:#101418;color:#d8dee4}"
    "table{border-collapse:collapse;margin:.5rem 0 1.5rem}"
    "td,th{padding:.2rem .8rem;border-bottom:1px solid #2c3640;text-align:left;"
    "vertical-align:top;font-variant-numeric:tabular-nums}"
)


def debug_page(hub: Hub) -> str:
    """A page of tables that loads itself again every second."""
    sessions = "".join(_session(each) for each in hub.sessions.values()) or "<p>No session.</p>"
    errors = "".join(f"<li>{escape(each)}</li>" for each in reversed(hub.surroundings.errors))
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><meta http-equiv=refresh content=1>"
        f"<title>Live hub</title><style>{STYLE}</style><h1>Live hub</h1>"
        "<p>Research use only.</p>"
        f"<pre>{escape(json.dumps(hub.health()))}</pre>"
        f"<h2>Sessions</h2>{sessions}"
        f"<h2>Engines</h2>{_rows(hub.surroundings.engines.described())}"
        f"<h2>Last errors</h2><ul>{errors or '<li>None.</li>'}</ul></html>"
    )


def _session(session: Session) -> str:
    publisher = session.publisher
    facts = {
        **{name: value for name, value in session.seen().items() if name != "device"},
        "bridge_clock_offset_us": publisher.clock.offset_us if publisher else None,
        "bridge_round_trip_us": publisher.clock.round_trip_us if publisher else None,
        "stale": publisher.stream.stale_count if publisher else 0,
        "missing": publisher.stream.missing_count if publisher else 0,
        "stages": session.stages.summary(),
    }
    viewers: list[dict[str, object]] = [
        {
            "subject": viewer.ticket.subject[:8],
            "sent": viewer.sent_count,
            "drawn": viewer.drawn_count,
            "skipped": viewer.skipped_count,
            "in flight": viewer.window.in_flight,
            "window": viewer.window.size,
            "level": viewer.adaptation.number,
            "last age ms": round(viewer.ages_ms[-1]) if viewer.ages_ms else None,
        }
        for viewer in session.viewers
    ]
    title = f"{session.wanted.project_name}, {session.wanted.device_name}"
    listed = _rows([{"what": name, "value": value} for name, value in facts.items()])
    return f"<h3>{escape(title)}</h3>{listed}{_rows(viewers)}"


def _rows(rows: list[dict[str, object]]) -> str:
    if not rows:
        return "<p>None.</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_text(value))}</td>" for value in row.values()) + "</tr>"
        for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _text(value: object) -> str:
    return json.dumps(value) if isinstance(value, dict | list) else str(value)
