"""A checker that stops personal details before they become public for ever.

It finds forms, not meanings: an entry still needs a person's eye. The finding names the form and
never repeats what was found. `CHECKERS` keeps every version: an entry is judged by that of its
envelope, so a sharper checker never condemns an old entry.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

_MAY_BE = re.compile(r"[@\d]")
"""Every form has one of these: most sentences in plain letters need no closer look."""

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+ ?@ ?[\w-]+(\.[\w-]+)+")
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})(?!\d)")
_PHONE = re.compile(
    r"(?<!\w)(?<!\d[.])(?:(?:\+ ?|00 ?)44[ ./()-]{0,3}(?:0[ ./()-]{0,3})?|\(?0[ /()-]{0,3})"
    r"[12378](?:[ ./()-]{0,3}\d){8,9}(?!\d)"
)
_POSTCODE = re.compile(
    r"\b[A-Z]{1,2}\d[A-Z\d]?[ -]{0,2}(?!(?-i:\d(?:st|nd|rd|th)\b))\d[ABD-HJLNP-UW-Z]{2}\b",
    re.IGNORECASE,
)
_TEN_DIGITS = re.compile(r"(?<![^\W_])(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?![^\W_])")
_INSURANCE = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b", re.IGNORECASE)

_MODULUS = 11
_MONTHS = 12
_DAYS = 31


def _check_digit(digits: str) -> bool:
    """Tell whether ten digits end in the modulus-11 check digit that NHS and CHI numbers share."""
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9]))
    return (_MODULUS - total % _MODULUS) % _MODULUS == int(digits[9])


def _plain(words: str) -> str:
    """Undo what makes a form look unlike itself: wide letters, hidden signs, odd dashes, spaces."""
    plain = unicodedata.normalize("NFKC", words)
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    plain = re.sub(r"[\u2010-\u2015\u2212]", "-", plain)
    return re.sub(r"[^\S\n]", " ", plain)


def _numbers(words: str) -> Iterator[str]:
    for match in _TEN_DIGITS.finditer(words):
        digits = "".join(match.groups())
        if not _check_digit(digits):
            continue
        born = 1 <= int(digits[:2]) <= _DAYS and 1 <= int(digits[2:4]) <= _MONTHS
        yield "chi-number" if born else "nhs-number"


def check_1(words: str) -> Iterator[str]:
    """Name each form of personal detail found: the first version of the checker.

    >>> list(check_1("Write to someone@people.example"))
    ['e-mail']
    >>> list(check_1("Counts of 10 or more, at GB1 only"))
    []
    """
    if words.isascii() and not _MAY_BE.search(words):
        return
    words = _plain(words)
    if _EMAIL.search(words):
        yield "e-mail"
    if _PHONE.search(_DATE.sub("·", words)):
        yield "phone"
    if _POSTCODE.search(words):
        yield "postcode"
    if _INSURANCE.search(words):
        yield "national-insurance-number"
    yield from dict.fromkeys(_numbers(words))


CHECKERS: dict[int, Callable[[str], Iterable[str]]] = {1: check_1}
"""The checker for each version of the envelope."""
