"""Every class of our own that a page uses is drawn, and none is drawn that no page uses."""

import re
from pathlib import Path

from answerable import web

WEB = Path(web.__file__).parent
USED = re.compile(r"app-[a-z]+(?:-[a-z]+)*(?:__[a-z]+)?(?:--[a-z]+)?")
DRAWN = re.compile(r"\.(app-[a-z_-]+)")


def texts(folder, ending):
    return "\n".join(each.read_text("utf-8") for each in sorted((WEB / folder).rglob(ending)))


def test_what_pages_use_and_what_is_drawn_are_the_same():
    pages = texts("templates", "*.html") + texts(".", "*.py")
    used = {name for said in re.findall(r'class="([^"]*)"', pages) for name in USED.findall(said)}
    drawn = set(DRAWN.findall(texts("assets", "*.scss")))
    assert used - drawn == set()
    assert drawn - set(USED.findall(pages)) == set()
