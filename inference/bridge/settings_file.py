"""What the bridge keeps between runs: a token a server, a crop and a scale a source.

Readable by its user only.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FILE = "bridge.json"


def settings_folder() -> Path:
    """The user's folder of settings, by the system's custom."""
    if os.environ.get("FASCICLE_BRIDGE_HOME"):
        return Path(os.environ["FASCICLE_BRIDGE_HOME"])
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", str(Path.home()))) / "fascicle"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "fascicle"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "fascicle"


def origin(server: str) -> str:
    """`https://host:port` of an address as people write it. Raises ValueError with a sentence."""
    text = server.strip()
    parts = urlsplit(text if "://" in text else f"https://{text}")
    try:
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{server} has a port that is no number.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{server} is no address of a server, such as https://fascicle.example.")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


class SettingsFile:
    """A private JSON file; written whole, so that a crash leaves the old or the new one."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or settings_folder()) / FILE

    def token(self, server: str) -> str | None:
        """The token for a server."""
        kept = self._section("servers").get(origin(server))
        return str(kept["token"]) if isinstance(kept, dict) and kept.get("token") else None

    def keep_token(self, server: str, token: str, *, device: str, project: str) -> None:
        """Keep a token, in place of the one before."""
        entry = {"token": token, "device": device, "project": project}
        self._change("servers", origin(server), entry)

    def crop(self, source: str) -> str | None:
        """The crop for a source, as text."""
        kept = self._section("crops").get(source)
        return kept if isinstance(kept, str) else None

    def keep_crop(self, source: str, crop: str) -> None:
        """Keep a crop for a source; an empty one forgets it."""
        self._change("crops", source, crop or None)

    def scale(self, source: str) -> dict[str, Any] | None:
        """The scale for a source, as `keep_scale` was given it."""
        kept = self._section("scales").get(source)
        return kept if isinstance(kept, dict) else None

    def keep_scale(self, source: str, scale: dict[str, Any] | None) -> None:
        """Keep a scale for a source; None forgets it."""
        self._change("scales", source, scale)

    def _read(self) -> dict[str, Any]:
        try:
            kept = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            sentence = f"{self.path} is damaged: mend or delete it, then pair this bridge again."
            raise ValueError(sentence) from error
        return kept if isinstance(kept, dict) else {}

    def _section(self, name: str) -> dict[str, Any]:
        section = self._read().get(name)
        return section if isinstance(section, dict) else {}

    def _change(self, section: str, key: str, entry: object) -> None:
        kept = self._read()
        part = kept.setdefault(section, {})
        if entry is None:
            part.pop(key, None)
        else:
            part[key] = entry
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp makes it 0600 from the first byte on
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".bridge-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(kept, file, indent=2)
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
