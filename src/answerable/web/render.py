"""Pages as HTML: templates, the Design System's macros, and the few words that templates know."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from answerable.model.organisation import Organisation
from answerable.model.text import Text
from answerable.web.call import Call, Page
from answerable.web.language import LANGUAGES, Tongue

_MACROS: Final = "govuk_frontend_jinja"


@cache
def environment(language: str) -> Environment:
    """Make ready the templates in one language; the words come with each page."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader("answerable.web"), _macros()]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.filters.update(_FILTERS)
    made.globals.update(asset=asset, languages=LANGUAGES, language=language)
    return made


def _macros() -> PackageLoader:
    """The macros import each other by the name of their package."""
    return _Under(_MACROS, "templates")


class _Under(PackageLoader):
    """Templates of a package, called with its name before them."""

    def get_source(self, environment: Environment, template: str) -> Any:
        return super().get_source(environment, template.removeprefix(f"{_MACROS}/"))


@cache
def asset(name: str) -> str:
    """Give the address of a file that was built, with a mark that changes when it does."""
    marks = files("answerable.web") / "static" / "marks.json"
    known = json.loads(marks.read_text("utf-8")) if marks.is_file() else {}
    return f"/assets/{name}?{known.get(name, 'unbuilt')}"


def html(call: Call, page: Page) -> str:
    """Lay a page out."""
    tongue = call.tongue
    made = environment(tongue.code)
    made.install_gettext_translations(tongue.words, newstyle=True)  # type: ignore[attr-defined]
    return made.get_template(page.template).render(
        **page.said,
        **page.aids,
        said=page.said,
        tongue=tongue,
        call=call,
        path=call.request.scope["page"],
        visitor=call.visitor,
    )


def _tongue(context: Context) -> Tongue:
    tongue: Tongue = context["tongue"]
    return tongue


@pass_context
def _said(context: Context, text: Text | None) -> Markup:
    return _tongue(context).said(text) if text else Markup()


@pass_context
def _plain(context: Context, text: Text) -> str:
    return _tongue(context).plain(text)


@pass_context
def _url(context: Context, path: str) -> str:
    return _tongue(context).url(path)


@pass_context
def _day(context: Context, value: Any) -> str:
    return _tongue(context).day(value)


@pass_context
def _time(context: Context, value: Any) -> str:
    return _tongue(context).time(value)


@pass_context
def _number(context: Context, value: float) -> str:
    return _tongue(context).number(value)


@pass_context
def _titled(context: Context, name: str) -> Markup:
    """Give the title of an organisation, or its name where there is none."""
    call: Call = context["call"]
    found = call.state.find(Organisation, name)
    return _tongue(context).said(found.title) if found else Markup.escape(name)


_FILTERS: Final[dict[str, Any]] = {
    "said": _said,
    "spoken": _plain,
    "url": _url,
    "day": _day,
    "time": _time,
    "number": _number,
    "titled": _titled,
}
