"""How figures look: dark for the page, light for paper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of one surface. background "none" lets the page show through."""

    name: str
    background: str
    ink: str
    faint: str
    grid: str
    accent: str


DARK = Theme("dark", "none", "#d5d9e0", "#98a1ae", "#343b46", "#8b93f8")
LIGHT = Theme("light", "#ffffff", "#1c2128", "#57606a", "#d8dde3", "#4b53c9")
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


@contextmanager
def themed(theme: Theme) -> Iterator[None]:
    """While entered, figures are drawn in this theme."""
    with mpl.rc_context(_settings(theme)):
        yield


def _settings(theme: Theme) -> Any:  # Matplotlib's types list every key there is
    return {
        "figure.facecolor": theme.background,
        "axes.facecolor": "none",
        "savefig.facecolor": theme.background,
        "text.color": theme.ink,
        "axes.labelcolor": theme.ink,
        "axes.edgecolor": theme.faint,
        "axes.titlesize": 10,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.grid": True,
        "grid.color": theme.grid,
        "grid.linewidth": 0.6,
        "xtick.color": theme.faint,
        "ytick.color": theme.faint,
        "xtick.labelcolor": theme.ink,
        "ytick.labelcolor": theme.ink,
        "font.size": 9,
        "legend.frameon": False,
        "legend.fontsize": 8,
        # text as outlines: looks the same on every machine
        "svg.fonttype": "path",
        "svg.hashsalt": "fascicle",
        "pdf.fonttype": 42,
    }
