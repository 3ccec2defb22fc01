"""Tickets open one session to one holder, for a minute."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.live.tickets import TicketError, issue_ticket, read_ticket

SECRET = b"s" * 32


def ticket(**changes: object) -> str:
    return issue_ticket(
        SECRET, role="viewer", session="s1", project="p1", subject="u1", now=1000, **changes
    )  # type: ignore[arg-type]


def test_a_ticket_says_who_may_do_what():
    read = read_ticket(SECRET, ticket(may_command=True), now=1030)
    assert (read.role, read.session, read.project, read.subject) == ("viewer", "s1", "p1", "u1")
    assert read.may_command


def test_two_tickets_are_never_the_same():
    assert ticket() != ticket()


def test_a_ticket_expires():
    with pytest.raises(TicketError) as caught:
        read_ticket(SECRET, ticket(), now=1061)
    assert caught.value.code == "expired"


def test_a_ticket_of_another_house_opens_nothing():
    with pytest.raises(TicketError) as caught:
        read_ticket(b"t" * 32, ticket(), now=1001)
    assert caught.value.code == "forged"


@given(st.text(max_size=200))
def test_noise_is_no_ticket(text: str):
    with pytest.raises(TicketError):
        read_ticket(SECRET, text)


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_a_changed_ticket_is_refused_or_was_not_changed(place: int, letter: str):
    whole = ticket()
    at = place % len(whole)
    changed = whole[:at] + letter + whole[at + 1 :]
    if changed != whole:
        with pytest.raises(TicketError):
            read_ticket(SECRET, changed, now=1001)
