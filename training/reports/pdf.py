"""A report as PDF on A4, from the same figures and tables as the HTML."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image

from training.reports.contents import RunContents
from training.reports.figures import PLOTS
from training.reports.gallery import GalleryFrame
from training.reports.html import PANELS, RESEARCH_ONLY, frame_line
from training.reports.tables import TextTable, tables
from training.reports.theme import LIGHT, themed

PAGE = (8.27, 11.69)  # A4, inches
_LEFT, _RIGHT, _TOP, _BOTTOM = 0.08, 0.92, 0.94, 0.06
_LINE = 0.0145  # of the page's height
_PICTURES_A_PAGE = 4
_HEAD_CHARACTERS = 16  # of a column's name on a line
_BOLD = 1.12  # times as wide


def report_pdf(contents: RunContents, gallery: Sequence[GalleryFrame]) -> bytes:
    """The whole report; text can be searched and figures are vectors."""
    target = io.BytesIO()
    names = {each.code: each.name for each in contents.structures}
    with themed(LIGHT), PdfPages(target, metadata={"Title": contents.title}) as pages:
        sheet = _Sheet(pages, contents.title)
        sheet.text(contents.title, size=18)
        sheet.text(RESEARCH_ONLY, size=10, weight="bold")
        for name, text in contents.facts:
            sheet.text(f"{name}: {text}")
        for table in tables(contents):
            sheet.table(table)
        sheet.end()
        for plot in PLOTS:
            figure = plot.draw(contents, LIGHT)
            if figure is not None:
                _plot_page(pages, figure, plot.title, plot.caption)
        for start in range(0, len(gallery), _PICTURES_A_PAGE):
            _gallery_page(pages, gallery[start : start + _PICTURES_A_PAGE], names)
    return target.getvalue()


class _Sheet:
    """Text and tables from the top of a page to its bottom, then on the next."""

    def __init__(self, pages: PdfPages, title: str) -> None:
        self._pages = pages
        self._title = title
        self._begin()

    def text(self, text: str, *, size: float = 8.5, weight: str = "normal") -> None:
        wide = int(92 * 8.5 / size)
        for line in textwrap.wrap(text, wide) or [""]:
            self._need(1)
            self._figure.text(_LEFT, self._y, line, fontsize=size, fontweight=weight, va="top")
            self._y -= _LINE * max(1.0, size / 8.5)

    def table(self, table: TextTable) -> None:
        head = [_head(cell) for cell in table.head]
        head_lines = max(cell.count("\n") + 1 for cell in head)
        rows = len(table.rows) + 0.5 + 0.5 * head_lines
        lines = int(2 * rows) + 3
        self._need(lines)
        self._y -= _LINE
        self.text(table.title, size=11, weight="bold")
        height = 1.35 * _LINE * rows
        axes = self._figure.add_axes((_LEFT, self._y - height, _RIGHT - _LEFT, height))
        axes.axis("off")
        characters = _characters(table)
        drawn = axes.table(
            cellText=[list(row) for row in table.rows],
            colLabels=head,
            colWidths=[each / sum(characters) for each in characters],
            cellLoc="left",
            colLoc="left",
            bbox=Bbox.from_bounds(0, 0, 1, 1),
        )
        drawn.auto_set_font_size(False)  # noqa: FBT003 - Matplotlib's own signature
        drawn.set_fontsize(_font_size(table))
        for (row, _), cell in drawn.get_celld().items():
            cell.set_linewidth(0.3)
            cell.set_edgecolor(LIGHT.grid)
            cell.PAD = 0.03
            if row == 0:
                cell.set_height(cell.get_height() * (0.5 + 0.5 * head_lines))
                cell.get_text().set_fontweight("bold")
        self._y -= height + 0.5 * _LINE
        if table.note:
            self.text(table.note, size=7.5)

    def end(self) -> None:
        _add(self._pages, self._figure)

    def _begin(self) -> None:
        self._figure = Figure(figsize=PAGE)
        self._figure.text(_LEFT, 0.03, f"{self._title}. {RESEARCH_ONLY}", fontsize=7)
        self._y = _TOP

    def _need(self, lines: int) -> None:
        if self._y - lines * _LINE < _BOTTOM:
            self.end()
            self._begin()


def _add(pages: PdfPages, figure: Figure) -> None:
    pages.savefig(figure)  # type: ignore[no-untyped-call]


def _characters(table: TextTable) -> list[float]:
    """The longest line of each column; bold ones are wider."""
    return [
        2.0
        + max(
            *(_BOLD * len(line) for line in _head(table.head[column]).splitlines()),
            *(float(len(row[column])) for row in table.rows),
        )
        for column in range(len(table.head))
    ]


def _font_size(table: TextTable) -> float:
    """As large as the longest row allows."""
    return float(np.clip(8.0 * 95 / sum(_characters(table)), 4.5, 8.0))


def _head(text: str) -> str:
    return textwrap.fill(text, _HEAD_CHARACTERS, break_long_words=False)


def _plot_page(pages: PdfPages, figure: Figure, title: str, caption: str) -> None:
    """A page as high as its figure, so that nothing is scaled."""
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + 1.1)
    engine = figure.get_layout_engine()
    if engine is not None:
        share = height / (height + 1.1)
        engine.set(rect=(0, 0, 1, share))  # type: ignore[call-arg]  # of the constrained layout
    figure.text(0.02, 0.985, title, fontsize=12, fontweight="bold", va="top")
    wrapped = textwrap.fill(caption, int(width * 15))
    figure.text(0.02, 0.985 - 0.32 / (height + 1.1), wrapped, fontsize=7.5, va="top")
    _add(pages, figure)


def _gallery_page(pages: PdfPages, frames: Sequence[GalleryFrame], names: dict[str, str]) -> None:
    figure = Figure(figsize=PAGE)
    figure.text(_LEFT, 0.97, "Frames of lowest IoU", fontsize=12, fontweight="bold", va="top")
    figure.text(_LEFT, 0.95, PANELS, fontsize=7.5, va="top")
    for number, frame in enumerate(frames):
        top = 0.92 - number * 0.22
        with Image.open(io.BytesIO(frame.picture)) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        height = min(0.18, (_RIGHT - _LEFT) * PAGE[0] * pixels.shape[0] / pixels.shape[1] / PAGE[1])
        axes = figure.add_axes((_LEFT, top - height, _RIGHT - _LEFT, height))
        axes.imshow(pixels)
        axes.set_anchor("NW")
        axes.axis("off")
        line = textwrap.fill(frame_line(frame, names), 110)
        figure.text(_LEFT, top - height - 0.003, line, fontsize=7.5, va="top")
    _add(pages, figure)
