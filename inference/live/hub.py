"""The hub: every session, who may connect to it, and the board it follows."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from inference.live.board import Board, BoardAway
from inference.live.clock import now_us
from inference.live.closing import Close, Refused
from inference.live.control import Peer, control, read_control, whole, words
from inference.live.engine_worker import EngineWorker, Fetch
from inference.live.metrics import Metrics
from inference.live.publisher import SILENT_AFTER_S, Publisher
from inference.live.recorder import RecordingClosed
from inference.live.session import Session
from inference.live.stream import Stream
from inference.live.surroundings import Engines, Surroundings
from inference.live.tickets import Role, Ticket, TicketError, read_ticket
from inference.live.viewer import Viewer
from inference.live.wanted import WantedModel, WantedRecording

logger = logging.getLogger(__name__)

MOMENT_S = 0.1
BOARD_EVERY_S = 2.0
PING_EVERY_S = 2.0
FORGET_AFTER_S = 600.0
AGAIN_AFTER_S = 1.0


class Hub:
    """`start` and `stop` it on the loop that it runs on."""

    def __init__(
        self,
        *,
        secret: bytes,
        board: Board,
        fetch: Fetch,
        engine_cache: Path | None,
        recording_closed: RecordingClosed,
        start_worker: Callable[[WantedModel], EngineWorker] | None = None,
    ) -> None:
        def worker(model: WantedModel) -> EngineWorker:
            return EngineWorker(model, fetch=fetch, cache=engine_cache)

        self.sessions: dict[str, Session] = {}
        self.surroundings = Surroundings(
            engines=Engines(start_worker or worker),
            metrics=Metrics(),
            executor=ThreadPoolExecutor(2, thread_name_prefix="live-encode"),
            recording_closed=recording_closed,
        )
        self.board_trouble = ""
        self._secret, self._board = secret, board
        self._tasks: list[asyncio.Task[None]] = []
        self._opening = asyncio.Lock()

    async def start(self) -> None:
        """Follow the board, watch the time."""
        rounds = (
            self._again(MOMENT_S, self._each_moment),
            self._again(1.0, self._each_second),
            self._again(PING_EVERY_S, self._ping_all),
            self._again(BOARD_EVERY_S, self._follow_all),
            self._hear_changes(),
        )
        self._tasks = [asyncio.create_task(each) for each in rounds]

    async def stop(self) -> None:
        """Close what is open; recordings are kept."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        sessions, self.sessions = list(self.sessions.values()), {}
        await asyncio.gather(*(each.close(Close.HUB, "The hub stops.") for each in sessions))
        await self.surroundings.engines.stop()
        self.surroundings.executor.shutdown(wait=False, cancel_futures=True)
        await self._board.close()

    # connections

    async def serve_publisher(self, peer: Peer, ticket_text: str) -> None:
        """A bridge, from its ticket to its end."""
        await self._guarded(peer, self._publish(peer, ticket_text))

    async def serve_viewer(self, peer: Peer, ticket_text: str) -> None:
        """A viewer, from its ticket to its end."""
        await self._guarded(peer, self._view(peer, ticket_text))

    async def _publish(self, peer: Peer, ticket_text: str) -> None:
        ticket, session = await self._admitted(ticket_text, "publisher")
        publisher = Publisher(peer, ticket, Stream(self.surroundings.next_epoch))
        await publisher.greet()
        await session.take_over(publisher)
        try:
            await publisher.ping()
            while (message := await peer.receive()) is not None:
                if session.publisher is not publisher:
                    return
                publisher.heard_s = asyncio.get_running_loop().time()
                if isinstance(message, bytes):
                    await session.take(publisher, message)
                else:
                    publisher.hear(message)
        finally:
            session.left(publisher)

    async def _view(self, peer: Peer, ticket_text: str) -> None:
        ticket, session = await self._admitted(ticket_text, "viewer")
        viewer = Viewer(peer, ticket, self.surroundings)
        session.join(viewer)
        sending = asyncio.create_task(viewer.send_all())
        hearing = asyncio.create_task(self._hear_viewer(session, viewer))
        try:
            done, _ = await asyncio.wait((sending, hearing), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            session.leave(viewer)
            for task in (sending, hearing):
                task.cancel()
            await asyncio.gather(sending, hearing, return_exceptions=True)
        if viewer.is_over:
            await peer.close(Close.TICKET, "The hub asks for a new ticket.")

    async def _hear_viewer(self, session: Session, viewer: Viewer) -> None:
        while (message := await viewer.peer.receive()) is not None:
            heard_us = now_us()
            if not viewer.allowance.spend():
                raise Refused(Close.TOO_FAST, "too_fast", "Too many messages.")
            if isinstance(message, bytes):
                raise Refused(Close.UNREADABLE, "not_text", "Viewers send control messages only.")
            told = read_control(message)
            kind = told["type"]
            if kind == "ack":
                epoch = whole(told, "epoch", most=0xFFFFFFFF)
                viewer.drawn(epoch, whole(told, "sequence", most=0xFFFFFFFF))
            elif kind == "ping":
                t0_us = whole(told, "t0_us")
                viewer.tell(control("pong", t0_us=t0_us, t1_us=heard_us, t2_us=now_us()))
            elif kind == "command":
                name, number = words(told, "name", most=40), words(told, "id", most=64)
                await session.command(viewer, number, name, told.get("value"))
            elif kind == "ticket":
                shown = told.get("ticket")
                await self._renewed(viewer, shown if isinstance(shown, str) else "")
            else:
                viewer.say_error("unknown_type", "The hub does not know this message.")

    async def _renewed(self, viewer: Viewer, ticket_text: str) -> None:
        """A new ticket over the open connection. Raises Refused for one that would not open it."""
        ticket, _ = await self._admitted(ticket_text, "viewer")
        if (ticket.session, ticket.subject) != (viewer.ticket.session, viewer.ticket.subject):
            raise Refused(Close.NOT_ALLOWED, "other_ticket", "This ticket is of something else.")
        viewer.believe(ticket)

    async def _admitted(self, ticket_text: str, role: Role) -> tuple[Ticket, Session]:
        try:
            ticket = read_ticket(self._secret, ticket_text)
        except TicketError as error:
            raise Refused(Close.TICKET, error.code, str(error)) from error
        if ticket.role != role:
            raise Refused(Close.TICKET, "wrong_role", f"This ticket is not for a {role}.")
        names = [f"session:{ticket.session}", f"subject:{ticket.subject}"]
        try:
            revoked = await self._board.revoked(names)
            session = await self._session(ticket.session)
        except BoardAway:
            # tickets are verified offline: what runs goes on, and may be joined
            revoked, session = set(), self.sessions.get(ticket.session)
            if session is None:
                raise Refused(
                    Close.HUB, "board_away", "The hub cannot read what is wanted of it now."
                ) from None
        if revoked:
            raise Refused(Close.NOT_ALLOWED, "revoked", "This has been taken back.")
        if session is None or session.wanted.is_ended:
            raise Refused(Close.NO_SESSION, "no_session", "There is no such live session.")
        if session.wanted.project != ticket.project:
            raise Refused(Close.NOT_ALLOWED, "wrong_project", "This ticket is of another project.")
        return ticket, session

    async def _session(self, session_id: str) -> Session | None:
        async with self._opening:
            wanted = await self._board.read(session_id)
            if wanted is None:
                return None
            session = self.sessions.get(session_id)
            if session is not None:
                session.follow(wanted)
                return session
            if wanted.is_ended:
                return None
            if await self._settle_left_over(wanted.recording):
                wanted = await self._board.read(session_id) or wanted
            session = self.sessions[session_id] = Session(wanted, self.surroundings)
            return session

    async def _settle_left_over(self, recording: WantedRecording | None) -> bool:
        """Keep what a hub before this one began to record, which cannot be gone on with; whether
        there was any.
        """
        if recording is None or not await asyncio.to_thread(Path(recording.path).is_file):
            return False
        self.surroundings.note(f"recording {recording.id} was cut by a restart and is kept")
        await asyncio.to_thread(self.surroundings.recording_closed, recording.id, None)
        return True

    async def _guarded(self, peer: Peer, serving: Awaitable[None]) -> None:
        try:
            await serving
        except Refused as refused:
            self.surroundings.metrics.refused.labels(str(int(refused.close))).inc()
            self.surroundings.note(f"{int(refused.close)} {refused.code}: {refused.sentence}")
            with contextlib.suppress(OSError, RuntimeError):
                await peer.send_text(control("error", code=refused.code, detail=refused.sentence))
            await peer.close(refused.close, refused.sentence)
        except (OSError, RuntimeError):
            # the other side has gone while something was sent
            logger.info("A connection broke", exc_info=True)
        except Exception as error:  # whatever it is, it ends this connection and no other
            logger.exception("A connection failed")
            self.surroundings.note(repr(error))
            await peer.close(Close.HUB, "The hub failed here. Connect again.")

    # rounds

    async def _again(self, every_s: float, what: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(every_s)
            try:
                await what()
            except BoardAway as away:
                self.board_trouble = str(away)
            except (OSError, RuntimeError, ValueError) as error:
                logger.exception("A round of the hub failed")
                self.surroundings.note(repr(error))

    async def _each_moment(self) -> None:
        self.surroundings.engines.check()
        now_s = asyncio.get_running_loop().time()
        for session in list(self.sessions.values()):
            await session.each_moment()
            publisher = session.publisher
            if publisher is not None and now_s - publisher.heard_s > SILENT_AFTER_S:
                session.left(publisher)
                await publisher.peer.close(Close.SILENT, "The bridge was silent for too long.")

    async def _each_second(self) -> None:
        now_s = asyncio.get_running_loop().time()
        for session_id, session in list(self.sessions.items()):
            session.each_second()
            for viewer in session.viewers:
                viewer.end_if_due(now_us() / 1e6)
            is_empty = session.publisher is None and not session.viewers
            if is_empty and now_s - session.empty_since_s > FORGET_AFTER_S:
                await self._end(session_id, Close.NO_SESSION, "Nobody was connected.")
        metrics = self.surroundings.metrics
        metrics.sessions.set(sum(each.publisher is not None for each in self.sessions.values()))
        metrics.viewers.set(sum(len(each.viewers) for each in self.sessions.values()))
        seen = {session_id: each.seen() for session_id, each in self.sessions.items()}
        await self._board.write_seen(self.health(), seen)
        self.board_trouble = ""

    async def _ping_all(self) -> None:
        for session in list(self.sessions.values()):
            if session.publisher is not None:
                with contextlib.suppress(OSError, RuntimeError):
                    await session.publisher.ping()

    async def _follow_all(self) -> None:
        for session_id in list(self.sessions):
            await self._follow(session_id)
        await self._close_revoked()

    async def _follow(self, session_id: str) -> None:
        session = self.sessions.get(session_id)
        if session is None:
            return
        wanted = await self._board.read(session_id)
        if wanted is None or wanted.is_ended:
            await self._end(session_id, Close.NO_SESSION, "The session has ended.")
        else:
            session.follow(wanted)

    async def _end(self, session_id: str, code: Close, reason: str) -> None:
        session = self.sessions.pop(session_id, None)
        if session is not None:
            await session.close(code, reason)

    async def _close_revoked(self) -> None:
        subjects = {f"session:{session_id}" for session_id in self.sessions}
        for session in self.sessions.values():
            subjects |= {f"subject:{each.ticket.subject}" for each in _connected(session)}
        revoked = await self._board.revoked(sorted(subjects))
        if not revoked:
            return
        for session_id, session in list(self.sessions.items()):
            if f"session:{session_id}" in revoked:
                await self._end(session_id, Close.NOT_ALLOWED, "This session was taken back.")
                continue
            for each in _connected(session):
                if f"subject:{each.ticket.subject}" in revoked:
                    await each.peer.close(Close.NOT_ALLOWED, "This has been taken back.")

    async def _hear_changes(self) -> None:
        while True:
            async for session_id in self._board.changes():
                with contextlib.suppress(BoardAway):
                    await self._follow(session_id)
            await asyncio.sleep(AGAIN_AFTER_S)

    # for people and programs

    def health(self) -> dict[str, Any]:
        """Whether the hub is well."""
        return {
            "status": "degraded" if self.board_trouble else "ok",
            "sessions": sum(each.publisher is not None for each in self.sessions.values()),
            "viewers": sum(len(each.viewers) for each in self.sessions.values()),
            "board": self.board_trouble,
        }


def _connected(session: Session) -> list[Viewer | Publisher]:
    publisher = [] if session.publisher is None else [session.publisher]
    return [*session.viewers, *publisher]
