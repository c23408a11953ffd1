"""One line about an entry, for logs and feeds."""

from typing import Any

from answerable.words import words


def lines(language: str = "en") -> dict[str, str]:
    """Give the line for every kind of entry."""
    return words("entries", language)


def line(kind: str, org: str, body: dict[str, Any], language: str = "en") -> str:
    """Say an entry in one line; an unknown kind is shown as unknown.

    >>> line("mission.set", "trust", {"mission": "dry-feet", "title": {"en": "Dry feet"}})
    'trust set the mission dry-feet: Dry feet'
    """
    known = lines(language).get(kind)
    if known is None:
        return f"{org} said something of a kind this program does not know: {kind}"
    return known.format_map({"org": org, **{k: _say(v, language) for k, v in body.items()}})


def _say(value: Any, language: str) -> str:
    if isinstance(value, dict):
        if "limit" in value:
            return f"{value['limit']} ({value['rule']}, because of {value['because']})"
        return str(value.get(language) or value.get("en") or next(iter(value.values()), ""))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
