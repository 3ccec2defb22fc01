"""Sentences between the frames: shown in a line, kept whole in the log."""

from __future__ import annotations

import logging

import pytest

from inference.live.control import shortened, words


def test_a_long_reason_is_cut_after_a_sentence_and_kept_whole_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = "The probe answers, but its port for images is closed to this machine. "
    reason = first * 3 + "Let UDP in for this program, or choose another network. " + "More. " * 30
    with caplog.at_level(logging.WARNING):
        shown = words({"reason": reason}, "reason")
    assert len(shown) <= 300
    assert shown.endswith(".")
    assert reason.startswith(shown)
    assert reason.strip() in caplog.text


def test_one_long_sentence_is_cut_after_a_word() -> None:
    line = "libcast " + "was not found there and " * 20
    shown = shortened(line, 60)
    assert shown.endswith("…")
    assert len(shown) <= 60
    assert line[len(shown) - 1] == " "
    assert shortened("x" * 80, 60) == "x" * 59 + "…"
    assert shortened("Short.", 60) == "Short."
