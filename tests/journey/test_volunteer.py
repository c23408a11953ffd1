"""Volunteering in a real browser, from the panel's page to leaving the pool again."""

import re
from contextlib import closing

import pytest
from tests.browser import DESKTOP, PHONE, browser, keep, violations
from tests.pages import FACILITATOR, Reader, Story, served
from tests.unit.web.test_links import LINK
from tests.volunteering import (
    ANN,
    BOB,
    FORM,
    PANEL,
    QUESTIONS,
    WITHDRAW,
    WORK,
    code_for,
    facilitator,
    open_panel,
    open_registration,
)

from answerable.model.engagement import Engagement
from answerable.web.session import COOKIE

WIDTHS = {"phone": PHONE, "desktop": DESKTOP}


@pytest.fixture(scope="module")
def chromium():
    with browser() as started:
        yield started


@pytest.fixture
def site(told, tmp_path):
    with closing(Story(told, tmp_path / "story")) as story, served(story.site.app()) as address:
        story.address = address
        yield story


def look(page, name):
    """Look at a page as it is now."""
    keep(page, f"volunteer-{name}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def fill(page, who):
    for name in ("q1", "q2"):
        page.locator(f'[name="{name}"][value="{who[name]}"]').check(force=True)
    for name in ("name", "email", "phone"):
        page.locator(f'[name="{name}"]').fill(who[name])
    page.locator('[name="agreed"]').check(force=True)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("script", [True, False])
def test_somebody_volunteers_and_leaves_again(site, chromium, language, width, script):
    open_registration(site)
    prefix, name = ("" if language == "en" else "/cy"), f"{language}.{width}"
    seen = look if script else lambda page, name: None
    with chromium.new_context(viewport=WIDTHS[width], java_script_enabled=script) as context:
        page = context.new_page()
        page.goto(f"{site.address}{prefix}/panels/{PANEL}")
        seen(page, f"panel.{name}")
        page.locator(f'a[href="{prefix}{FORM}"]').click()
        seen(page, f"form.{name}")
        page.locator("form[action$=register] button").click()
        assert page.locator(".govuk-error-summary a").count() == 5
        seen(page, f"faults.{name}")
        fill(page, BOB)
        page.locator("form[action$=register] button").click()
        assert page.url.endswith(f"{prefix}{FORM}/code")
        seen(page, f"code.{name}")
        page.locator('[name="code"]').fill("12")
        page.locator("form button").first.click()
        seen(page, f"wrong.{name}")
        page.locator('[name="code"]').fill(code_for(site, BOB["phone"]))
        page.locator("form button").first.click()
        reference = page.locator("#reference").inner_text()
        seen(page, f"done.{name}")
        assert len(site.loop.volunteers(facilitator(site), PANEL)) == 1
        page.goto(f"{site.address}{prefix}{WITHDRAW}")
        seen(page, f"withdraw.{name}")
        page.goto(f"{site.address}{prefix}{WITHDRAW}?reference={reference}")
        seen(page, f"sure.{name}")
        assert len(site.loop.volunteers(facilitator(site), PANEL)) == 1
        page.locator("main form button").click()
        seen(page, f"gone.{name}")
        assert site.loop.volunteers(facilitator(site), PANEL) == []


def test_a_facilitator_opens_registration_with_a_table_from_a_file(site, chromium, tmp_path):
    open_panel(site)
    file = tmp_path / "questions.csv"
    file.write_text(QUESTIONS, "utf-8")
    with (
        closing(Reader(site.address, site)) as reader,
        chromium.new_context(viewport=PHONE) as context,
    ):
        reader.sign_in(FACILITATOR.role, FACILITATOR.organisation)
        token = reader.client.cookies[COOKIE]
        context.add_cookies([{"name": COOKIE, "value": token, "url": site.address}])
        page = context.new_page()
        page.goto(f"{site.address}{WORK}")
        page.get_by_role("button", name="Open registration").click()
        page.get_by_text("An example").click()
        look(page, "opening.phone")
        page.locator('[name="words.en"]').fill("Two Saturdays.")
        page.locator('[name="questions.file"]').set_input_files(file)
        for part, value in {"day": "18", "month": "12", "year": "2026"}.items():
            page.locator(f'[name="closes.{part}"]').fill(value)
        page.get_by_role("button", name="Check what will be public").click()
        assert page.locator("main td").get_by_text("Weirside", exact=True).count() == 1
        look(page, "opening-check.phone")
        page.get_by_role("button", name="Put it in the public record").click()
        found = site.loop.state.get(Engagement, PANEL).registration
        assert [each.feature for each in found.questions] == ["age", "district"]
        page.goto(f"{site.address}{WORK}")
        look(page, "work.phone")
        assert f"{site.address}{FORM}" in page.locator("main").inner_text()


@pytest.mark.parametrize("language", ["", "/cy"])
def test_every_link_on_the_way_leads_somewhere(site, language):
    open_registration(site)
    with closing(Reader(site.address, site)) as reader:
        assert reader.post(f"{language}{FORM}", ANN).status_code == 303
        for path in (f"/panels/{PANEL}", FORM, f"{FORM}/code", WITHDRAW):
            text = reader.get(f"{language}{path}").text
            for where, _, _ in set(LINK.findall(text)):
                if where.startswith("/"):
                    answer = reader.get(where)
                    assert answer.status_code in (200, 303), (path, where)
        assert re.search(r'hreflang="\w\w" href="[^"]*/register"', reader.get(FORM).text)
