"""Everybody at work in a real browser: from the link to sign in to done."""

from contextlib import closing
from zipfile import ZipFile

import pytest
from tests.browser import DESKTOP, PHONE, browser, keep, violations
from tests.pages import (
    AUDITOR,
    CUSTODIAN,
    ELDER_LANE,
    FACILITATOR,
    OFFICER,
    Story,
    Who,
    served,
)

from answerable.cli.receipts import check_receipt
from answerable.model.actor import Role
from answerable.model.draw import promise_of
from answerable.model.engagement import Engagement
from answerable.model.proposal import Proposal
from answerable.model.text import en
from answerable.stages.engage import OpenEngagement, PromiseSeed, RevealSeed

WITNESSES = (
    (Role.STEWARD, "inverlarch-data-commons"),
    (Role.OFFICER, "larchwater-rivers-agency"),
)
NUMBER = {name: f"{place}" * 64 for place, (_, name) in enumerate(WITNESSES)}
REVEAL_BY = {"day": "8", "month": "12", "year": "2026", "hour": "12", "minute": "0"}
WORDS = {
    "title.en": "School meals",
    "why.en": "So that no child goes hungry. <b>None</b>.",
    "who_benefits.en": "Children.",
    "people_affected.en": "Families.",
}


@pytest.fixture(scope="module")
def chromium():
    with browser() as started:
        yield started


@pytest.fixture
def site(told, tmp_path):
    with closing(Story(told, tmp_path / "story")) as story, served(story.site.app()) as address:
        story.address = address
        yield story


@pytest.fixture
def page(chromium, request):
    width, script = getattr(request, "param", (DESKTOP, True))
    with chromium.new_context(viewport=width, java_script_enabled=script) as context:
        yield context.new_page()


def sign_in(page, site, who):
    page.goto(f"{site.address}/sign-in/{site.link(who)}")
    page.locator("main button").click()
    assert page.url == f"{site.address}/work"


def write(page):
    for name, said in WORDS.items():
        page.locator(f'[name="{name}"]').fill(said)
    page.locator('[name="proposal"]').fill("school-meals")
    page.locator('[name="purposes"]').fill("meal_planning")
    page.locator('input[name="identifiable"][value="no"]').check(force=True)


@pytest.mark.parametrize(
    ("page", "scripts"), [((DESKTOP, True), True), ((PHONE, False), False)], indirect=["page"]
)
def test_an_officer_makes_a_proposal_with_a_mistake_first(site, page, scripts):
    sign_in(page, site, OFFICER)
    page.get_by_text("Everything that you can put in the record").click()
    page.get_by_role("link", name="Make a proposal", exact=True).click()
    page.get_by_role("button", name="Check what will be public").click()
    assert page.title().startswith("Error: ")
    if scripts:
        assert page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    keep(page, f"work-faults.{'desktop' if scripts else 'phone'}")
    assert not scripts or violations(page) == []
    page.locator(".govuk-error-summary a").first.click()
    write(page)
    page.get_by_role("button", name="Check what will be public").click()
    assert "<b>None</b>" in page.locator("main").inner_text()
    keep(page, f"work-check.{'desktop' if scripts else 'phone'}")
    assert not scripts or violations(page) == []
    size = site.loop.state.size
    send = page.get_by_role("button", name="Put it in the public record")
    if scripts:
        send.dblclick()
        page.wait_for_url("**/work/done/**")
    else:
        send.click()
    assert site.loop.state.size == size + 1
    page.goto(f"{site.address}/work/proposals/school-meals")
    keep(page, f"work-new-proposal.{'desktop' if scripts else 'phone'}")
    assert "Missing before the public can be asked" in page.locator("main").inner_text()
    assert not scripts or violations(page) == []


def test_an_officer_goes_back_after_sending(site, page):
    sign_in(page, site, OFFICER)
    page.goto(f"{site.address}/work/act/propose")
    page.get_by_role("button", name="Check what will be public").click()
    write(page)
    page.get_by_role("button", name="Check what will be public").click()
    page.get_by_role("button", name="Put it in the public record").click()
    page.wait_for_url("**/work/done/**")
    done, size = page.url, site.loop.state.size
    page.go_back()
    assert "So that no child goes hungry." in page.locator("main").inner_text()
    page.get_by_role("button", name="Put it in the public record").click()
    page.wait_for_url(done)
    assert site.loop.state.size == size
    page.go_back()
    page.go_back()
    assert page.title().startswith("Error: ")
    assert page.locator('[name="why.en"]').count()


def test_an_officer_whose_session_was_lost_sends_again(site, page):
    sign_in(page, site, OFFICER)
    page.goto(f"{site.address}/work/act/propose")
    write(page)
    page.get_by_role("button", name="Check what will be public").click()
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="Put it in the public record").click()
    assert site.loop.state.find(Proposal, "school-meals") is None
    assert violations(page) == []
    page.context.add_cookies(cookies)
    page.locator("main button").click()
    page.wait_for_url("**/work/done/**")
    assert site.loop.state.get(Proposal, "school-meals")


def test_an_officer_keeps_a_draft_and_publishes_it(site, page):
    sign_in(page, site, OFFICER)
    page.goto(f"{site.address}/work/act/propose")
    page.locator('[name="title.en"]').fill("School meals")
    page.get_by_role("button", name="Save as a draft").click()
    assert "The draft is saved." in page.locator("main").inner_text()
    keep(page, "work-draft.desktop")
    page.goto(f"{site.address}/work")
    page.get_by_role("link", name="Make a proposal").first.click()
    write(page)
    page.get_by_role("button", name="Check what will be public").click()
    page.get_by_role("button", name="Put it in the public record").click()
    page.wait_for_url("**/work/done/**")
    page.goto(f"{site.address}/work/drafts")
    assert "School meals" not in page.locator("main").inner_text()


def test_a_custodian_tries_a_request_out_and_stops_a_share(site, page):
    sign_in(page, site, CUSTODIAN)
    page.get_by_role("link", name="Flood help: the council's list").click()
    page.get_by_role("link", name="Try a request out").click()
    page.locator('input[name="column"][value="address"]').check(force=True)
    page.get_by_role("button", name="Try it").click()
    assert "only the postcode district" in page.locator(".app-verdict").inner_text()
    keep(page, "work-try.desktop")
    assert violations(page) == []
    page.go_back()
    page.go_back()
    page.get_by_role("button", name="Suspend an agreement").click()
    page.locator('input[name="patterns"][value="lookup"]').check(force=True)
    page.locator('[name="reason.en"]').fill("The list is being looked at.")
    page.locator('[name="post.en"]').fill("Head of information")
    page.get_by_role("button", name="Check what will be public").click()
    page.get_by_role("button", name="Put it in the public record").click()
    page.wait_for_url("**/work/done/**")
    page.get_by_role("link", name="Go to the working page of the agreement").click()
    assert "Suspended in part" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="Resume an agreement").is_visible()


def test_an_auditor_takes_the_evidence_away(site, page, tmp_path):
    sign_in(page, site, AUDITOR)
    page.get_by_role("link", name="Agreements with their evidence").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Evidence (ZIP)").first.click()
    waiting.value.save_as(tmp_path / "evidence.zip")
    with ZipFile(tmp_path / "evidence.zip") as archive:
        assert "README.txt" in archive.namelist()
        assert archive.testzip() is None


def test_a_citizen_sees_who_looked_them_up_and_checks_the_receipt(site, page, tmp_path, capsys):
    with site.answering():
        page.goto(f"{site.address}/me")
        page.get_by_role("link", name="See who looked me up").click()
        assert "/sign-in?next=" in page.url
        page.goto(f"{site.address}/sign-in/{site.link(ELDER_LANE)}")
        page.locator("main button").click()
        page.wait_for_url("**/me/looked-up")
        said = page.locator("main").inner_text()
        assert "Larchside Fire and Rescue" in said
        assert ELDER_LANE.subject[1] not in page.content()
        keep(page, "me-journey.desktop")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Download the receipt").first.click()
        receipt = tmp_path / "receipt.tlog-proof"
        waiting.value.save_as(receipt)
        check_receipt(receipt, None, f"{site.address}/public")
        assert "is in the log" in capsys.readouterr().out
        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{site.address}/me/looked-up")
        assert "/sign-in?next=" in page.url
    page.go_back()
    assert "Larchside Fire and Rescue" not in page.locator("main").inner_text()


@pytest.mark.parametrize("page", [(PHONE, False)], indirect=True)
def test_a_panellist_finds_what_became_of_what_they_asked_for(site, page):
    who = Who(Role.PANELLIST, "kirklarch-facilitators")
    sign_in(page, site, who)
    page.goto(f"{site.address}/panels")
    page.get_by_role("link", name="A panel on help in floods").click()
    page.get_by_role("link", name="The address only when the water is coming").click()
    assert "Accepted" in page.locator("main").inner_text()
    page.get_by_role("link", name="See the agreement").first.click()
    rule = "Why is this rule here? address-in-a-warning"
    page.get_by_role("link", name=rule, exact=True).click()
    assert "Until there is an official warning" in page.locator("main").inner_text()
    page.go_back()
    page.get_by_role("link", name="Cymraeg").click()
    assert page.locator("html").get_attribute("lang") == "cy"
    keep(page, "panellist-agreement.phone")


def test_a_facilitator_fixes_a_pool_of_volunteers_and_draws(site, page, tmp_path):
    asked = OpenEngagement(
        engagement="second-panel",
        proposal="flood-help",
        facilitator=FACILITATOR.organisation,
        title=en("A second panel"),
        question=en("Does it still hold?"),
        oversight=en("A board at arm's length."),
        seats=4,
        workshops=1,
    )
    site.loop.act(asked, site.loop.actor(OFFICER.role, OFFICER.organisation))
    targets, people = tmp_path / "targets.csv", tmp_path / "people.csv"
    targets.write_text("feature,value,min,max\nage,young,2,2\nage,old,2,2\n", "utf-8")
    rows = "".join(f"{n},{'young' if n % 2 else 'old'},canary-{n}\n" for n in range(12))
    people.write_text(f"id,age,nickname\n{rows}", "utf-8")
    sign_in(page, site, FACILITATOR)
    page.goto(f"{site.address}/work/act/commit-pool?engagement=second-panel")
    page.locator('input[name="targets"]').set_input_files(people)
    page.locator('input[name="respondents"]').set_input_files(people)
    send = page.get_by_role("button", name="Send")
    send.click()
    assert page.locator(".govuk-error-summary").count()
    keep(page, "work-pool-fault.desktop")
    assert violations(page) == []
    page.locator('input[name="targets"]').set_input_files(targets)
    page.locator('input[name="respondents"]').set_input_files(people)
    for _, name in WITNESSES:
        page.locator(f'input[name="witnesses"][value="{name}"]').check(force=True)
    for part, said in REVEAL_BY.items():
        page.locator(f'[name="reveal_by.{part}"]').fill(said)
    send.click()
    page.wait_for_url("**/work/done/**")
    assert "canary" not in page.content()
    of = {"engagement": "second-panel", "draw": 1}
    for role, name in WITNESSES:
        said = PromiseSeed(promise=promise_of(NUMBER[name]), **of)
        site.loop.act(said, site.loop.actor(role, name))
    for role, name in WITNESSES:
        site.loop.act(RevealSeed(number=NUMBER[name], **of), site.loop.actor(role, name))
    page.goto(f"{site.address}/work/panels/second-panel")
    page.get_by_role("link", name="Draw the panel").click()
    page.get_by_role("button", name="Check what will be public").click()
    page.get_by_role("button", name="Put it in the public record").click()
    page.wait_for_url("**/work/done/**")
    assert len(site.loop.state.get(Engagement, "second-panel").drawn.members) == 4
    page.goto(f"{site.address}/panels/second-panel")
    assert "2 (2)" in page.locator("main").inner_text()
