"""A report as one HTML file that needs nothing else: figures as SVG, pictures inside."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from training.reports.contents import RunContents
from training.reports.figures import PLOTS, svg
from training.reports.gallery import GalleryFrame
from training.reports.tables import TextTable, number, tables
from training.reports.theme import LIGHT

RESEARCH_ONLY = "Research use only. Not for diagnosis, not for guiding a needle."
PANELS = "Each picture: the frame, what the reader drew, what the model predicted."

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2128; max-width: 62rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.2rem; }
.only { border: 1px solid #b58900; padding: .4rem .8rem; }
table { border-collapse: collapse; font-size: 13px; } th, td { padding: .3rem .7rem .3rem 0;
  text-align: left; border-bottom: 1px solid #d8dde3; vertical-align: top; }
th[scope=row] { min-width: 4em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; font-size: 13px; }
dt { color: #57606a; } dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 1rem 0; break-inside: avoid; } figcaption, .note { color: #57606a;
  font-size: 13px; max-width: 80ch; } svg, img { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } }
"""


def report_html(contents: RunContents, gallery: Sequence[GalleryFrame]) -> str:
    """The whole report, in light colours."""
    names = {each.code: each.name for each in contents.structures}
    parts = [
        "<!doctype html><html lang=en><head><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width, initial-scale=1'>",
        f"<title>{escape(contents.title)}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(contents.title)}</h1><p class=only>{RESEARCH_ONLY}</p>",
        "<dl>",
        *(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in contents.facts),
        "</dl>",
        *(_table(table) for table in tables(contents)),
    ]
    for plot in PLOTS:
        drawn = svg(plot, contents, LIGHT)
        if drawn is not None:
            picture = base64.b64encode(drawn.encode()).decode()
            parts.append(
                f"<h2>{escape(plot.title)}</h2><figure><img alt='{escape(plot.title)}' "
                f"src='data:image/svg+xml;base64,{picture}'>"
                f"<figcaption>{escape(plot.caption)}</figcaption></figure>"
            )
    if gallery:
        parts.append(f"<h2>Frames of lowest IoU</h2><p class=note>{PANELS}</p>")
        parts += [_picture(frame, names) for frame in gallery]
    parts.append("</main></body></html>")
    return "".join(parts)


def frame_line(frame: GalleryFrame, names: dict[str, str]) -> str:
    """A gallery frame's figures in a line."""
    dices = ", ".join(
        f"{names.get(code, code)} {number(dice, 2)}"
        for code, dice in frame.dices.items()
        if dice is not None
    )
    return f"{frame.title}, fold {frame.fold + 1}: IoU {number(frame.iou, 2)}. Dice: {dices}."


def _table(table: TextTable) -> str:
    head = "".join(f"<th scope=col>{escape(cell)}</th>" for cell in table.head)
    rows = "".join(
        f"<tr><th scope=row>{escape(row[0])}</th>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in table.rows
    )
    note = f"<p class=note>{escape(table.note)}</p>" if table.note else ""
    return (
        f"<h2>{escape(table.title)}</h2><div class=scroll><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>{note}"
    )


def _picture(frame: GalleryFrame, names: dict[str, str]) -> str:
    line = escape(frame_line(frame, names))
    return (
        f"<figure><img alt='{line}' "
        f"src='data:image/png;base64,{base64.b64encode(frame.picture).decode()}'>"
        f"<figcaption>{line}</figcaption></figure>"
    )
