from pathlib import Path

from tests.spec import duties, grant, limits
from tests.spec.page import CHAPTERS, terms_page
from tools.spec import Spec

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "terms.md"


def test_the_committed_page_is_the_tables():
    assert PAGE.read_text("utf-8") == terms_page(), "docs/reference/terms.md: run `make docs`"


def test_every_table_is_on_the_page_once():
    written = [
        name
        for module in (grant, limits, duties)
        for name, value in vars(module).items()
        if isinstance(value, Spec)
    ]
    printed = [spec for specs in CHAPTERS.values() for spec in specs.values()]
    assert len(printed) == len(set(printed)) == len(written)


def test_every_table_is_run():
    for module in (grant, limits, duties):
        test = Path(__file__).with_name(f"test_{Path(module.__file__).name}").read_text("utf-8")
        room = Path(module.__file__).stem
        specs = [name for name, value in vars(module).items() if isinstance(value, Spec)]
        assert [name for name in specs if f"@each({room}.{name})" not in test] == []
