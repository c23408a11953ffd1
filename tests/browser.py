"""A real browser: Debian's Chromium without a screen, driven by Playwright, judged by axe."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

PHONE: Final = {"width": 360, "height": 740}
DESKTOP: Final = {"width": 1280, "height": 900}
SCREENSHOTS: Final = Path(__file__).parents[1] / "screenshots"
_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium: the one named in ``CHROMIUM``, or the machine's."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "These tests need Chromium: apt-get install chromium, or set CHROMIUM."
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        try:
            yield started
        finally:
            started.close()


def violations(page: Page) -> list[str]:
    """Give every fault that axe finds, with the place."""
    found: Any = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {fault['help']} at {node['target']}"
        for fault in found
        for node in fault["nodes"]
    ]


def keep(page: Page, name: str) -> None:
    """Keep a picture for people to look at, in a folder that is not committed."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
