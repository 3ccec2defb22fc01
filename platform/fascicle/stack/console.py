"""What the person at the terminal reads: one line when a service's state changes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

_COLOURS = {"green": "32", "yellow": "33", "red": "31", "dim": "2", "bold": "1"}


class Console:
    """Calm output; coloured on a terminal only, silent once the terminal is gone."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stdout
        self._coloured = self._stream.isatty() and "NO_COLOR" not in os.environ

    def paint(self, text: str, colour: str) -> str:
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self._coloured else text

    def line(self, text: str = "") -> None:
        try:
            self._stream.write(text + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            # nobody reads any more: services matter more than their announcement
            return

    def service(self, name: str, words: str, colour: str) -> None:
        self.line(f"  {name:<17}{self.paint(words, colour)}")

    def excerpt(self, lines: Sequence[str]) -> None:
        for text in lines:
            self.line(self.paint(f"    | {text}", "dim"))

    def welcome(self, address: str, logins: Any) -> None:
        """The address and the demo log-ins, as `load_demo` left them in the state folder."""
        self.line()
        self.line(f"  Fascicle is at {self.paint(address, 'bold')}")
        people = [person for person in logins if isinstance(person, dict)] if logins else []
        if people:
            self.line("  Demo log-ins:")
            width = max(len(str(person.get("email", ""))) for person in people) + 2
            for person in people:
                role, email = str(person.get("role", "")), str(person.get("email", ""))
                self.line(f"    {role:<9}{email:<{width}}{person.get('password', '')}")
        self.line("  Research use only. Ctrl-C stops everything.")
        self.line()
