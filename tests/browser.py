"""A real browser without a window, in which a page may ask its own host alone."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect, sync_playwright

from tests.missing import skip_or_fail

#: It asks nobody for anything by itself.
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)
TIMEOUT_SECONDS = 20
#: Told by the page's events, also where the console keeps silent.
NOTE_VIOLATIONS = """
  window.violations = [];
  addEventListener("securitypolicyviolation", event =>
    window.violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; where there is none the test is skipped, but in CI it fails."""
    program = shutil.which("chromium")
    if program is None:
        skip_or_fail("no chromium: install Debian's package")
    expect.set_options(timeout=TIMEOUT_SECONDS * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Tab:
    """An open page, and what it asked of others and said in its console."""

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.elsewhere: list[str] = []
        self.errors: list[str] = []
        self._host = host
        page.set_default_timeout(TIMEOUT_SECONDS * 1000)
        page.add_init_script(NOTE_VIOLATIONS)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.context.route("**/*", self._answer)

    def violations(self) -> list[str]:
        """What the page tried against its Content-Security-Policy."""
        found: list[str] = self.page.evaluate("window.violations")
        return found

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def _answer(self, route: Route) -> None:
        if route.request.url.startswith(f"{self._host}/"):
            route.continue_()
        else:
            self.elsewhere.append(route.request.url)
            route.abort()


@contextmanager
def tab(browser: Browser, host: str) -> Iterator[Tab]:
    """A tab without any memory of others; what isn't on ``host`` is refused to it, and noted."""
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    try:
        yield Tab(context.new_page(), host)
    finally:
        context.close()
