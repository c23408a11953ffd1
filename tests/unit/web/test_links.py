"""Every link on every page leads somewhere."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from tests.pages import PAGES

LINK = re.compile(r'(?:href|action|src)="([^"#?]*)(\?[^"#]*)?(#[^"]*)?"')
NAME = re.compile(r'\bid="([^"]+)"')
known: dict[tuple[object, str], tuple[int, set[str]]] = {}


def there(reader, address):
    """Give the status of an address and the names of places in it, asked for once a reader."""
    if (reader, address) not in known:
        answer = reader.get(address)
        known[reader, address] = (answer.status_code, set(NAME.findall(answer.text)))
    return known[reader, address]


@pytest.mark.parametrize("language", ["", "/cy"])
@pytest.mark.parametrize("path", PAGES.values())
def test_every_link_of_a_page_leads_somewhere(shown, path, language):
    reader, page = shown.sees(path), f"{language}{path}"
    answer = reader.get(page)
    if not answer.headers["content-type"].startswith("text/html"):
        pytest.skip("no page for people")
    for where, query, name in set(LINK.findall(answer.text)):
        address = urljoin(page, f"{where}{query}".replace("&amp;", "&")) if where or query else page
        if urlsplit(address).netloc or urlsplit(address).scheme:
            continue
        if urlsplit(address).path.removeprefix("/cy") == "/sign-out":
            continue
        status, names = there(reader, address)
        assert status in (200, 303), (page, address, status)
        assert not name or status != 200 or name[1:] in names, (page, address, name)
