"""What a bridge under test asks for a way into the hub."""

from inference.bridge.server import Grant
from tests.inference.live.hub_rig import ticket


class TicketSite:
    """Issues tickets as the web does."""

    bind = None

    def __init__(self, address: str) -> None:
        self.address = address

    def publish(self, token: str, source: str) -> Grant:
        """For the session that the tests want."""
        return Grant("s1", ticket("publisher", subject="d1"), f"ws://{self.address}")
