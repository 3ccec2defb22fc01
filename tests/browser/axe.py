"""What axe-core says of a page once it has settled."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import REPOSITORY

AXE = REPOSITORY / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LOOK = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, help, nodes }) => `${impact} ${id}: ${help}` + nodes.slice(0, 4)
      .map(({ html, failureSummary: why }) =>
        "\\n      " + html.slice(0, 160) + " | " + why.replace(/\\s+/g, " ").slice(0, 220)
      ).join(""));
}"""
# nothing is still being fetched, and nothing is half faded in
SETTLED = """() =>
  document.querySelector(".mantine-Loader-root, .mantine-Skeleton-root[data-visible]") === null
  && document.getAnimations().every(
    (one) => !(one instanceof CSSTransition) || one.playState !== "running")"""


def settle(page: Page) -> None:
    page.wait_for_function(SETTLED, timeout=30_000)


def violations(page: Page) -> list[str]:
    """What axe-core finds of serious or critical impact."""
    if not page.evaluate("() => 'axe' in window"):
        # not as a script element: the page's content security policy allows its own files only
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(LOOK)
    return found
