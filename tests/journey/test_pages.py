"""Every page in a real browser: no fault that axe can find, in both languages, phone and desk."""

from contextlib import closing

import pytest
from tests.browser import DESKTOP, PHONE, browser, keep, violations
from tests.pages import OFFICER, PAGES, SEEN_BY, Reader, Story, served

from answerable.model.text import en
from answerable.stages.propose import AddAsk, AddBenefit, AddRisk, Propose, StateBasis
from answerable.web.session import COOKIE

WIDTHS = {"phone": PHONE, "desktop": DESKTOP}


@pytest.fixture(scope="module")
def site(told, tmp_path_factory):
    """The story, served; to be read only."""
    place = tmp_path_factory.mktemp("site") / "story"
    with (
        closing(Story(told, place)) as story,
        story.answering(),
        served(story.site.app()) as address,
        closing(Reader(address, story)) as reader,
    ):
        yield reader


@pytest.fixture(scope="module")
def chromium():
    with browser() as started:
        yield started


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("path", PAGES.values())
def test_a_page_has_no_fault_that_axe_finds(site, chromium, path, language, width):
    address = path if language == "en" else f"/{language}{path}"
    reader = site.sees(path)
    if not reader.get(address).headers["content-type"].startswith("text/html"):
        pytest.skip("no page for people")
    with chromium.new_context(viewport=WIDTHS[width]) as context:
        if path in SEEN_BY:
            token = reader.client.cookies[COOKIE]
            context.add_cookies([{"name": COOKIE, "value": token, "url": site.address}])
        page = context.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{site.address}{address}")
        name = path.strip("/").replace("/", "-").replace("?", "-") or "front"
        keep(page, f"{name}.{language}.{width}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert said == []


SEEN = """each => {
    const box = each.getBoundingClientRect();
    return each.checkVisibility({contentVisibilityAuto: true}) && box.height > 0;
}"""
AFTER = """() => [...document.querySelectorAll('a[href^="/"]')]
    .map(each => getComputedStyle(each, '::after').content)"""


def test_on_paper_everything_is_open_and_nothing_is_white_on_white(site, chromium):
    with chromium.new_context(viewport=DESKTOP) as context:
        page = context.new_page()
        page.goto(f"{site.address}/agreements/flood-help-council")
        folded = page.locator("main details > :not(summary)").first
        assert not folded.evaluate(SEEN)
        page.emulate_media(media="print")
        keep(page, "agreement.print")
        assert folded.evaluate(SEEN)
        assert set(page.evaluate(AFTER)) <= {"none"}
        name = page.locator(".app-header__name")
        assert name.evaluate("each => getComputedStyle(each).color") == "rgb(0, 0, 0)"


LONG = en("Llanfair" * 25)
COUNCIL = OFFICER.organisation
LONG_WORDED = [
    Propose(
        proposal="long",
        title=LONG,
        purposes=("planning",),
        why=LONG,
        who_benefits=LONG,
        people_affected=LONG,
        recipient=COUNCIL,
        identifiable=True,
    ),
    AddAsk(proposal="long", dataset="extra-help", column="need", why=LONG),
    StateBasis(
        proposal="long",
        organisation=COUNCIL,
        discloser_power=LONG,
        recipient_power=LONG,
        article_6="public-task",
        article_9=LONG,
        confidentiality=LONG,
    ),
    AddBenefit(
        proposal="long",
        benefit="long-benefit",
        title=LONG,
        for_whom=LONG,
        measure=LONG,
        unit=LONG,
        baseline="1",
    ),
    AddRisk(proposal="long", risk="long-risk", title=LONG, to_whom=LONG),
]


def test_a_very_long_word_pushes_no_page_sideways(told, tmp_path, chromium):
    with (
        closing(Story(told, tmp_path / "story")) as story,
        served(story.site.app()) as address,
        chromium.new_context(viewport=PHONE) as context,
    ):
        for said in LONG_WORDED:
            story.loop.act(said, story.loop.actor(OFFICER.role, COUNCIL))
        page = context.new_page()
        for path in (
            "/",
            "/proposals",
            "/proposals/long",
            "/library/extra-help",
            f"/organisations/{COUNCIL}",
            "/record",
            f"/record/{story.loop.state.size - 1}",
        ):
            page.goto(f"{address}{path}")
            keep(page, f"long{path.replace('/', '-')}.phone")
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


HEIGHT = """each => {
    const picture = each.ownerSVGElement;
    const scale = picture.getBoundingClientRect().width / picture.viewBox.baseVal.width;
    return parseFloat(getComputedStyle(each).fontSize) * scale;
}"""
CROSSED = """() => {
    const boxes = selector => [...document.querySelectorAll(selector)]
        .map(each => [each, each.getBoundingClientRect()]);
    const names = boxes('.app-loop__name');
    const meet = (a, b) =>
        a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return names.flatMap(([name, a]) => [...boxes('.app-loop__arrow'), ...names]
        .filter(([other, b]) => other !== name && meet(a, b))
        .map(([other]) => `${name.textContent} / ${other.textContent || 'arrow'}`));
}"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["", "cy"])
def test_the_names_in_the_loop_can_be_read_and_nothing_crosses_them(
    site, chromium, language, width
):
    with chromium.new_context(viewport=WIDTHS[width]) as context:
        page = context.new_page()
        page.goto(f"{site.address}/{language}")
        for name in page.locator(".app-loop__name").all():
            assert name.evaluate(HEIGHT) >= 14
        assert page.evaluate(CROSSED) == []


@pytest.mark.parametrize("path", ["/me/flood-help-council", "/panels/flood-help-panel"])
def test_no_figure_of_a_table_is_cut_off_on_a_phone(site, chromium, path):
    with chromium.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(f"{site.address}{path}")
        tables = page.locator(".app-scroll").all()
        assert len(tables) > 1
        assert [
            t.inner_text() for t in tables if t.evaluate("e => e.scrollWidth > e.clientWidth")
        ] == []
