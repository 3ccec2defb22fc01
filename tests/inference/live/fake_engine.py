"""Engine processes that behave as a test wants them to, by the number of the frame."""

import os
import time
import zlib
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

from inference.live.engine_child import Ask, Failed, Ready, Seen

CRASHES_AT, HANGS_AT = 66, 99


def serve(
    pipe: Connection, memory_name: str, paths: list[Path], cache: Path | None, threads: int
) -> None:
    """Sees the length and the first byte of what it is shown."""
    del cache, threads
    if paths == [Path("damaged")]:
        pipe.send(Failed("it is damaged."))
        return
    pipe.send(Ready(("median",), f"fake in {os.getpid()}"))
    memory = SharedMemory(memory_name)
    try:
        while True:
            asked = pipe.recv()
            if not isinstance(asked, Ask):
                continue
            if asked.sequence == CRASHES_AT:
                os._exit(9)
            if asked.sequence == HANGS_AT:
                time.sleep(60)
            first = bytes(memory.buf[: asked.byte_size])[:1]
            pipe.send(Seen(zlib.compress(first), 1, 1, (0.5,), asked.byte_size))
    except EOFError:
        memory.close()
