"""Every page in one table: an example of each, its status, its language, and its data."""

import html5lib
import pytest
from tests.pages import AWAY, PAGES

from answerable.web.language import LANGUAGES
from answerable.web.routes import TABLE

READ = [row for row in TABLE if row.method == "GET"]


def test_every_page_has_an_example():
    assert {row.path for row in READ} == {*PAGES, *AWAY}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES.values())
def test_a_page_is_there_in_every_language_and_is_valid(shown, path, language):
    address = path if language == "en" else f"/{language}{path}"
    answer = shown.sees(path).get(address)
    assert answer.status_code == 200, answer.text
    if "text/html" in answer.headers["content-type"]:
        assert f'<html lang="{language}"' in answer.text
        html5lib.HTMLParser(strict=True).parse(answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", PAGES.values())
def test_a_page_is_there_as_data(shown, path):
    reader = shown.sees(path)
    answer = reader.client.get(f"{path}{'&' if '?' in path else '?'}as=json")
    if not answer.headers["content-type"].endswith("json"):
        pytest.skip("no page, but a file")
    assert reader.data(path) == answer.json()


def test_nothing_elsewhere(shown):
    for path in ("/nothing", "/cy/nothing", "/proposals/nothing", "/%00", "/..%2f..%2fetc/passwd"):
        answer = shown.get(path)
        assert answer.status_code == 404
        assert "<h1" in answer.text
    assert 'lang="cy"' in shown.get("/cy/nothing").text
