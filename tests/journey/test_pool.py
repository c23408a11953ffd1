"""The organiser's page of a pool in a real browser: edited live, and without scripts."""

from contextlib import closing

import pytest
from playwright.sync_api import expect
from tests.browser import DESKTOP, PHONE, browser, keep, violations
from tests.pages import FACILITATOR, Story, served
from tests.pool import MEMBERS, POOL, WITNESSES, opened, people

from answerable.model.engagement import Engagement

WIDTHS = {"phone": PHONE, "desktop": DESKTOP}


@pytest.fixture(scope="module")
def chromium():
    with browser() as started:
        yield started


@pytest.fixture
def site(told, tmp_path):
    with closing(Story(told, tmp_path / "story")) as story, served(story.site.app()) as address:
        story.address = address
        opened(story)
        yield story


@pytest.fixture
def filled(site):
    """A pool with people and targets."""
    actor = site.loop.actor(FACILITATOR.role, FACILITATOR.organisation)
    site.loop.import_volunteers(actor, "second-panel", people(), id_column="number")
    return site


def signed_in(context, site, path=POOL, language=""):
    page = context.new_page()
    page.goto(f"{site.address}/sign-in/{site.link(FACILITATOR)}")
    page.locator("main button").click()
    page.goto(f"{site.address}{language}{path}")
    return page


def propose(page):
    page.locator('button[value="propose"]').click()
    page.wait_for_url("**done=saved**")


def text(page, place):
    return page.locator(f"#{place}").inner_text()


def test_a_number_is_edited_and_the_chances_change_without_a_page_load(filled, chromium):
    with chromium.new_context(viewport=DESKTOP) as context:
        page = signed_in(context, filled)
        wrong = []
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        propose(page)
        page.evaluate("window.stayed = true")
        assert text(page, "chance-0").startswith("23.3%")
        page.locator('[name="min.0"]').fill("0")
        page.locator('[name="max.0"]').fill("2")
        expect(page.locator("#chance-0")).to_contain_text("20%")
        assert "Everybody has a chance of at least 20%." in text(page, "said")
        page.locator('[name="max.0"]').fill("0")
        page.get_by_role("button", name="Use these").wait_for()
        assert "No panel can meet these targets together" in text(page, "said")
        assert violations(page) == []
        keep(page, "pool-conflict.desktop")
        assert page.evaluate("window.stayed")
        page.locator('[name="max.0"]').fill("")
        page.get_by_role("button", name="Use these").wait_for(state="detached")
        assert "has no whole number" in text(page, "said")
        assert page.evaluate("window.stayed")
        assert wrong == []


def test_a_conflict_is_resolved_with_one_button(filled, chromium):
    with chromium.new_context(viewport=DESKTOP) as context:
        page = signed_in(context, filled)
        propose(page)
        page.locator('[name="max.0"]').fill("0")
        page.locator('[name="min.0"]').fill("0")
        page.get_by_role("button", name="Use these").click()
        page.wait_for_url("**done=saved**")
        page.locator("svg.app-chances__picture").wait_for()
        assert "Everybody has a chance" in text(page, "said") or "no chance" in text(page, "said")


def test_when_the_session_is_over_nothing_typed_is_lost(filled, chromium):
    with chromium.new_context(viewport=DESKTOP) as context:
        page = signed_in(context, filled)
        propose(page)
        context.clear_cookies()
        page.locator('[name="min.0"]').fill("1")
        page.locator("#offline").wait_for()
        assert page.locator('[name="min.0"]').input_value() == "1"


def test_without_scripts_a_button_works_the_chances_out(site, chromium, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(people(), "utf-8")
    with chromium.new_context(viewport=PHONE, java_script_enabled=False) as context:
        page = signed_in(context, site)
        page.locator('input[name="respondents"]').set_input_files(file)
        page.get_by_role("button", name="Put these people in the pool").click()
        assert "30 people are in the pool" in page.locator("main").inner_text()
        propose(page)
        page.locator('[name="max.0"]').fill("2")
        page.locator('[name="min.0"]').fill("0")
        page.locator('[name="min.0"]').press("Enter")
        assert text(page, "chance-0").startswith("20%")
        page.locator('[name="min.0"]').fill("2")
        page.get_by_role("button", name="Work out the chances and save").last.click()
        assert page.locator('[name="min.0"]').input_value() == "2"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["", "/cy"])
def test_the_page_can_be_used_by_everybody(filled, chromium, width, language):
    with chromium.new_context(viewport=WIDTHS[width]) as context:
        page = signed_in(context, filled, language=language)
        name = f"pool{language.replace('/', '-')}"
        assert violations(page) == []
        keep(page, f"{name}-new.{width}")
        propose(page)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert violations(page) == []
        keep(page, f"{name}.{width}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.locator('[name="min.0"]').fill("")
        page.locator('button[value="save"]').last.click()
        assert violations(page) == []
        keep(page, f"{name}-fault.{width}")


def test_a_pool_is_fixed_from_its_page(filled, chromium):
    with chromium.new_context(viewport=DESKTOP) as context:
        page = signed_in(context, filled)
        propose(page)
        for name in WITNESSES:
            page.locator(f'input[name="witnesses"][value="{name}"]').check(force=True)
        page.get_by_role("button", name="Check what will be public").click()
        page.get_by_role("button", name="Put it in the public record").wait_for()
        assert violations(page) == []
        keep(page, "pool-check.desktop")
        page.get_by_role("button", name="Put it in the public record").click()
        page.wait_for_url("**/work/done/**")
        assert "canary" not in page.content()
        page.goto(f"{filled.address}{POOL}")
        assert "Nothing on this page can be changed any more." in page.locator("main").inner_text()
        assert violations(page) == []
        keep(page, "pool-fixed.desktop")
        assert filled.loop.state.get(Engagement, "second-panel").pool


@pytest.mark.parametrize("width", WIDTHS)
def test_members_are_shown_by_name_to_those_who_run_the_panel(site, chromium, width):
    with chromium.new_context(viewport=WIDTHS[width]) as context:
        page = signed_in(context, site, MEMBERS.replace("second-panel", "flood-help-panel"))
        assert violations(page) == []
        keep(page, f"members.{width}")
        page.goto(f"{site.address}/work/draws")
        assert violations(page) == []
        keep(page, f"draws.{width}")
        page.goto(f"{site.address}/work/panels/second-panel")
        assert violations(page) == []
        keep(page, f"panel-steps.{width}")
