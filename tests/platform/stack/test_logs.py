"""Logs grow to a limit, then turn over without their writer noticing."""

from pathlib import Path

from fascicle.stack.child import last_lines, open_log, rotate


def test_a_small_log_stays(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("few words\n")
    assert not rotate(log, limit=100)
    assert log.read_text() == "few words\n"


def test_an_open_writer_goes_on_at_the_start_of_the_emptied_log(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with open_log(log) as writer:
        writer.write(b"old\n" * 100)
        writer.flush()
        assert rotate(log, limit=100)
        writer.write(b"new\n")
    assert log.read_bytes() == b"new\n"
    assert (tmp_path / "web.log.1").read_bytes() == b"old\n" * 100


def test_three_old_logs_are_kept_and_no_more(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    for number in range(6):
        log.write_text(f"{number}" * 10)
        assert rotate(log, limit=5)
    kept = {path.name: path.read_text()[0] for path in tmp_path.glob("web.log.*")}
    assert kept == {"web.log.1": "5", "web.log.2": "4", "web.log.3": "3"}


def test_the_last_lines_of_a_log_are_its_end(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("".join(f"line {number}\n" for number in range(10_000)))
    assert last_lines(log, 2) == ["line 9998", "line 9999"]
    assert last_lines(tmp_path / "absent.log") == []
