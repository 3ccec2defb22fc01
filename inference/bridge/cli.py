"""`fascicle-bridge`: stream, pair, and look what is wrong with a set-up."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from inference.bridge.sources import FORMS, SourceOptions

TOKEN_VARIABLE = "FASCICLE_BRIDGE_TOKEN"  # noqa: S105  # its name, not its value
RESEARCH = "Research use only: not for diagnosis, not for guiding a needle."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given[:1] == ["pair"]:
            return _pair(_pair_parser().parse_args(given[1:]))
        if given[:1] == ["doctor"]:
            return _doctor(_doctor_parser().parse_args(given[1:]))
        return _stream(_stream_parser().parse_args(given))
    except ValueError as error:
        print(f"fascicle-bridge: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _stream_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fascicle-bridge",
        description=f"Streams a scanner's picture to Fascicle. {RESEARCH}",
        epilog="Also: `fascicle-bridge pair CODE --server URL` and `fascicle-bridge doctor`.",
    )
    parser.add_argument("--source", required=True, help="one of " + ", ".join(FORMS))
    parser.add_argument(
        "--server", required=True, help="the site, such as https://fascicle.example"
    )
    parser.add_argument("--token", help=f"instead of the one kept by `pair`; or {TOKEN_VARIABLE}")
    parser.add_argument("--infer", type=Path, metavar="MODEL", help="run this model here")
    parser.add_argument(
        "--crop",
        metavar="X0,Y0,X1,Y1",
        help="pixels of the source's frame that are sent; kept for this source; `none` forgets it, "
        "`sector` finds the lit sector in the first frame",
    )
    parser.add_argument(
        "--microns-per-pixel",
        metavar="N",
        help="the scale of a source that does not tell it (camera, rtsp, file); kept for this "
        "source, its crop and frame size; `none` forgets it. The live page sets it too",
    )
    parser.add_argument("--bind", metavar="ADDRESS", help="this machine's address to leave by")
    parser.add_argument(
        "--record-dir", type=Path, help="keep the cropped frames here while the server is away"
    )
    parser.add_argument("--status-port", type=int, help="a status page on 127.0.0.1")
    _source_options(parser)
    return parser


def _source_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("of the source")
    group.add_argument("--libcast", type=Path, help="the vendor's libcast.so, .dylib or cast.dll")
    group.add_argument("--cast-keys", type=Path, help="a folder for libcast's keys")
    group.add_argument(
        "--cast-form", choices=("struct", "args6", "args5"), help="the form of libcast's first call"
    )
    group.add_argument("--size", default="640x480", help="WIDTHxHEIGHT of phantom, camera, libcast")
    group.add_argument("--rate", type=float, default=30.0, help="frames a second of the phantom")
    group.add_argument("--seed", type=int, default=1, help="which subject the phantom shows")
    group.add_argument(
        "--burn-index", action="store_true", help="write a number into the phantom's pixels"
    )


def _pair_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fascicle-bridge pair", description="Trades a code of the live page for a token."
    )
    parser.add_argument("code")
    parser.add_argument("--server", required=True)
    parser.add_argument("--name", default=platform.node() or "Bridge", help="shown on the page")
    parser.add_argument("--bind", metavar="ADDRESS")
    return parser


def _doctor_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fascicle-bridge doctor", description="Says what is missing, and what to do."
    )
    parser.add_argument("--source", help="one of " + ", ".join(FORMS))
    parser.add_argument("--server")
    parser.add_argument("--token")
    parser.add_argument("--bind", metavar="ADDRESS")
    parser.add_argument("--json", action="store_true", help="for programs")
    _source_options(parser)
    return parser


def source_options(given: argparse.Namespace) -> SourceOptions:
    """What the command line says of the source. Raises ValueError with a sentence."""
    width, _, height = given.size.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise ValueError("A size is WIDTHxHEIGHT in pixels, such as 640x480.")
    if not 0 < given.rate <= 200:
        raise ValueError("A rate is over 0 and at most 200 frames a second.")
    return SourceOptions(
        width=int(width),
        height=int(height),
        rate=given.rate,
        seed=given.seed,
        burn_index=given.burn_index,
        libcast=given.libcast,
        keys=given.cast_keys,
        cast_form=given.cast_form,
    )


def _pair(given: argparse.Namespace) -> int:
    from inference.bridge.server import Server, ServerError
    from inference.bridge.settings_file import SettingsFile

    kept = SettingsFile()
    try:
        paired = Server(given.server, bind=given.bind).pair(given.code, given.name)
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    kept.keep_token(given.server, paired.token, device=paired.name, project=paired.project)
    print(f"Paired as {paired.name} with the project {paired.project}. Kept in {kept.path}.")
    return 0


def _doctor(given: argparse.Namespace) -> int:
    from inference.bridge.doctor import Mark, examine, report

    findings = examine(
        source=given.source,
        options=source_options(given),
        server=given.server,
        token=given.token or os.environ.get(TOKEN_VARIABLE),
        bind=given.bind,
    )
    print(report(findings, as_json=given.json))
    return 0 if all(each.mark is not Mark.MISSING for each in findings) else 1


def _stream(given: argparse.Namespace) -> int:
    from inference.bridge.crop import Crop
    from inference.bridge.intake import Intake
    from inference.bridge.labels import BridgeModel
    from inference.bridge.scale import UNSCALED_KINDS, ScaleKeeper
    from inference.bridge.server import Server
    from inference.bridge.settings_file import SettingsFile
    from inference.bridge.sources import open_source
    from inference.bridge.start_crop import chosen_crop
    from inference.bridge.stream import stream

    kept = SettingsFile()
    server = Server(given.server, bind=given.bind)
    token = given.token or os.environ.get(TOKEN_VARIABLE) or kept.token(given.server)
    if not token:
        raise ValueError(
            f"No token for {server.origin}. Ask the live page for a code, then: "
            f"fascicle-bridge pair CODE --server {server.origin}"
        )
    options = source_options(given)
    source = open_source(given.source, options)
    crop: Crop | None = chosen_crop(given.crop, given.source, kept, source, _say)
    scale: ScaleKeeper | None = None
    if source.kind in UNSCALED_KINDS:
        scale = ScaleKeeper(given.source, crop=crop, kept=kept, say=_say)
        scale.begin(given.microns_per_pixel)
    elif given.microns_per_pixel is not None:
        raise ValueError(f"A source of the kind {source.kind} tells its scale itself.")
    intake = Intake(crop=crop.apply if crop else None, scale=scale.of if scale else None)
    model = BridgeModel(given.infer, say=_say) if given.infer else None

    _say(RESEARCH)
    try:
        asyncio.run(
            stream(
                source=source,
                intake=intake,
                server=server,
                token=token,
                model=model,
                scale=scale,
                crop=crop,
                record_folder=given.record_dir,
                status_port=given.status_port,
                say=_say,
            )
        )
    except asyncio.CancelledError:
        pass
    except OSError as error:
        raise ValueError(f"Cannot start: {error.strerror or error}.") from error
    return 0


def _say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", file=sys.stderr, flush=True)
