"""Every drawing tool by mouse, pen and finger: what the server has is what was drawn, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, CDPSession, expect

from tests.browser.acts import (
    Workplace,
    label_map,
    on_screen,
    phantom_clip,
    saved,
    stage_ready,
    workplace,
)
from tests.browser.conftest import Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SIDE = 256
Place = tuple[float, float]
Pixels = NDArray[np.bool_]


@pytest.fixture(scope="module")
def place(site: Site, browser: Browser) -> Workplace:
    return workplace(site, browser, "tools", "axillary")


class Easel:
    """Someone at a frame of their own, drawing a structure of its own, and what is saved of it."""

    def __init__(self, who: Person, place: Workplace, clip: str, frame: int) -> None:
        self.who, self.page, self.place, self.clip = who, who.page, place, clip
        self.frame = frame
        who.goto(f"/clips/{clip}/annotate")
        stage_ready(self.page, 0)
        for _ in range(frame):
            self.page.keyboard.press("ArrowRight")
        stage_ready(self.page, frame)
        self.page.keyboard.press(str(frame + 1))
        self.cdp: CDPSession = self.page.context.new_cdp_session(self.page)

    def key(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def drag(self, *places: Place) -> None:
        first, *rest = [on_screen(self.page, *one) for one in places]
        self.page.mouse.move(*first)
        self.page.mouse.down()
        for x, y in rest:
            self.page.mouse.move(x, y, steps=8)
        self.page.mouse.up()

    def pen(self, at: Place, to: Place, force: float, *, eraser: bool = False) -> None:
        """A stroke with a pen's tip or its other end."""
        (x, y), (far_x, far_y) = on_screen(self.page, *at), on_screen(self.page, *to)
        button, buttons = ("none", 32) if eraser else ("left", 1)
        for kind, px, py in [
            ("mousePressed", x, y),
            ("mouseMoved", far_x, far_y),
            ("mouseReleased", far_x, far_y),
        ]:
            self.cdp.send(
                "Input.dispatchMouseEvent",
                {
                    "type": kind, "x": px, "y": py, "button": button, "clickCount": 1,
                    "buttons": 0 if kind == "mouseReleased" else buttons,
                    "pointerType": "pen", "force": force,
                },
            )  # fmt: skip

    def fingers(self, *steps: tuple[Place, ...]) -> None:
        """Each step says where the fingers are; the first puts them down one after another."""
        points = [
            [
                {"x": x, "y": y, "id": number}
                for number, (x, y) in enumerate(on_screen(self.page, *one) for one in step)
            ]
            for step in steps
        ]
        for count in range(1, len(points[0]) + 1):
            self.touch("touchStart", points[0][:count])
        for moved in points[1:]:
            self.touch("touchMove", moved)
        self.touch("touchEnd", [])

    def touch(self, kind: str, points: list[dict[str, float]]) -> None:
        self.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def saved(self) -> Pixels:
        """The pixels the server gives the structure, once all is saved."""
        self.key("Control+s")
        saved(self.page)
        own = self.place.own_set(self.who, self.clip)
        return label_map(self.who, own["id"], self.frame) > 0

    def kind(self) -> str:
        """Of the frame's only shape, as it is stored."""
        tracks = self.place.own_set(self.who, self.clip)["tracks"]
        [keyframe] = [
            one for track in tracks for one in track["keyframes"]
            if one["frame"] == self.frame
        ]  # fmt: skip
        return str(keyframe["shape"]["kind"])


@pytest.fixture(scope="module")
def clip(place: Workplace, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("tools") / "clip.mp4"
    return place.ingest(phantom_clip(file, 4, seed=700, side=SIDE))


@pytest.fixture(scope="module")
def frames() -> Iterator[int]:
    return iter(range(4))


@pytest.fixture
def easel(
    place: Workplace, clip: str, frames: Iterator[int], person: Callable[..., Person]
) -> Easel:
    ada = person("Ada")
    ada.log_in(place.email)
    return Easel(ada, place, clip, next(frames))


def capsule(at: Place, to: Place, radius: float) -> Pixels:
    """Pixels whose centres lie within a radius of a line, drawn here independently."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    dx, dy = to[0] - at[0], to[1] - at[1]
    square = dx * dx + dy * dy
    along = np.clip(((x - at[0]) * dx + (y - at[1]) * dy) / (square or 1), 0, 1)
    return np.hypot(x - at[0] - along * dx, y - at[1] - along * dy) <= radius


def dice(a: Pixels, b: Pixels) -> float:
    return 2 * float((a & b).sum()) / float(a.sum() + b.sum())


def test_strokes_of_the_mouse_are_saved_as_drawn_and_undone_one_by_one(easel: Easel) -> None:
    page = easel.page
    easel.key("b")
    page.get_by_role("slider", name="Diameter in pixels").first.wait_for()
    while float(size := page.get_by_text(" px").first.inner_text().split()[0]) < 23:
        easel.key("]")
    radius = float(size) / 2
    easel.drag((80, 100), (170, 110))
    painted = easel.saved()
    wanted = capsule((80, 100), (170, 110), radius)
    assert dice(painted, wanted) > 0.97
    assert easel.kind() == "mask"
    easel.who.picture("tools-brush")

    easel.key("e")
    easel.drag((125, 60), (125, 150))
    erased = easel.saved()
    assert dice(erased, wanted & ~capsule((125, 60), (125, 150), radius)) > 0.95

    easel.key("Control+z")
    assert np.array_equal(easel.saved(), painted)
    easel.key("Control+Shift+z")
    assert np.array_equal(easel.saved(), erased)
    easel.key("Control+z", "Control+z")
    assert not easel.saved().any()


def test_ellipse_transform_sculpt_boolean_and_conversion(easel: Easel) -> None:
    page = easel.page
    y, x = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    easel.key("o")
    easel.drag((80, 80), (180, 140))
    ellipse = easel.saved()
    assert dice(ellipse, ((x - 130) / 50) ** 2 + ((y - 110) / 30) ** 2 <= 1) > 0.985
    easel.who.picture("tools-ellipse")

    # a curve, the mask of it, and a curve of the mask: exact, then within the stated bound
    easel.key("Shift+c")
    assert np.array_equal(easel.saved(), ellipse)
    assert easel.kind() == "mask"
    easel.key("Shift+c")
    expect(page.get_by_text("of the mask's border, Dice 0.99").last).to_be_visible()
    assert dice(easel.saved(), ellipse) >= 0.99
    assert easel.kind() == "spline"
    easel.key("Control+z", "Control+z")
    assert easel.kind() in {"spline", "mask"}

    easel.key("t")
    easel.drag((130, 110), (120, 150))
    moved = easel.saved()
    assert dice(moved, np.roll(ellipse, (40, -10), axis=(0, 1))) > 0.97
    easel.who.picture("tools-transform")
    easel.key("Control+z")

    easel.key("u")
    easel.drag((180, 110), (196, 110))
    pushed = easel.saved()
    assert pushed[110, 186]
    assert np.array_equal(pushed[:, :110], ellipse[:, :110])
    easel.who.picture("tools-sculpt")
    easel.key("Control+z")

    easel.key("o", "Alt+-")
    easel.drag((110, 95), (150, 125))
    holed = easel.saved()
    assert not holed[110, 130]
    assert 0.7 * ellipse.sum() < holed.sum() < 0.85 * ellipse.sum()
    easel.key("Alt+-", "f")
    assert np.array_equal(easel.saved(), ellipse)


def test_pen_pressure_eraser_and_fingers(easel: Easel) -> None:
    easel.key("b")
    for _ in range(6):
        easel.key("]")
    easel.pen((60, 60), (100, 60), 1.0)
    hard = easel.saved().sum()
    easel.key("Control+z")
    easel.pen((60, 60), (100, 60), 0.4)
    soft = easel.saved().sum()
    assert 0.2 * hard < soft < 0.6 * hard

    # one finger paints
    easel.fingers(((60, 160),), ((90, 160),), ((140, 160),))
    with_finger = easel.saved()
    assert with_finger[160, 110]
    # two move the picture and paint nothing
    before = easel.page.get_by_test_id("overlay-canvas").get_attribute("data-offset-y")
    easel.fingers(((100, 60), (140, 60)), ((100, 90), (140, 90)))
    assert np.array_equal(easel.saved(), with_finger)
    after = easel.page.get_by_test_id("overlay-canvas").get_attribute("data-offset-y")
    assert after != before


def test_scissors_and_the_threshold_brush_keep_to_what_is_in_the_picture(easel: Easel) -> None:
    page = easel.page
    easel.key("w")
    for one in [(90, 90), (160, 95), (150, 150), (95, 145)]:
        page.mouse.move(*on_screen(page, *one), steps=3)
        page.mouse.click(*on_screen(page, *one))
    easel.who.picture("tools-scissors")
    easel.key("Enter")
    cut = easel.saved()
    assert cut.sum() > 1500
    assert easel.kind() == "spline"
    easel.key("Control+z")
    easel.key("h")
    easel.drag((128, 128), (132, 128))
    spot = easel.saved()
    assert 0 < spot.sum() <= capsule((128, 128), (132, 128), 11).sum()
    assert not (spot & ~capsule((128, 128), (132, 128), 11.5)).any()
