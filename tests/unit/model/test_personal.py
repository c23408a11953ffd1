"""What looks like a personal detail, and what only looks a little like one.

Telephone numbers are from the ranges that Ofcom keeps free for drama; NHS and CHI numbers have
valid check digits and belong to nobody.
"""

import time

import pytest

from answerable.model.personal import CHECKERS, check_1

PHONE, EMAIL, POSTCODE = "phone", "e-mail", "postcode"
NHS, CHI, INSURANCE = "nhs-number", "chi-number", "national-insurance-number"

FOUND = [
    # Telephones, as people write them.
    ("01632 960123", PHONE),
    ("01632 960 123", PHONE),
    ("(01632) 960123", PHONE),
    ("01632960123", PHONE),
    ("01632-960-123", PHONE),
    ("020 7946 0123", PHONE),
    ("(020) 7946 0123", PHONE),
    ("0131 496 0123", PHONE),
    ("0141 496 0123", PHONE),
    ("029 2018 0123", PHONE),
    ("028 9649 6123", PHONE),
    ("07700 900123", PHONE),
    ("07700 900 123", PHONE),
    ("07700900123", PHONE),
    ("0808 157 0123", PHONE),
    ("+44 1632 960123", PHONE),
    ("+44 20 7946 0123", PHONE),
    ("+44 7700 900123", PHONE),
    ("+447700900123", PHONE),
    ("+44(0)7700900123", PHONE),
    ("+44 (0)20 7946 0123", PHONE),
    ("0044 7700 900123", PHONE),
    ("0044-20-7946-0123", PHONE),
    ("+44 (0) 20 7946 0123", PHONE),
    ("07700.900.123", PHONE),
    ("07700\u00a0900123", PHONE),
    ("07700\u2009900123", PHONE),
    ("07700 / 900123", PHONE),
    ("0 7700 900123", PHONE),
    ("077 00 90 01 23", PHONE),
    # E-mail.
    ("someone@people.example", EMAIL),
    ("some.one+flood@mail.people.example", EMAIL),
    ("SOMEONE@PEOPLE.EXAMPLE", EMAIL),
    ("o'one@people.example", EMAIL),
    ("<someone@people.example>", EMAIL),
    ("someone_1@a-b.example", EMAIL),
    # Postcodes; GB is no area.
    ("GB1 1AA", POSTCODE),
    ("GB11AA", POSTCODE),
    ("gb1 1aa", POSTCODE),
    ("GB12 3AB", POSTCODE),
    ("GB1A 1AA", POSTCODE),
    ("B1 1AA", POSTCODE),
    ("B1A 1AA", POSTCODE),
    ("GB1  1AA", POSTCODE),
    ("GB1\u00a01AA", POSTCODE),
    # Ten digits with a check digit.
    ("999 000 0018", NHS),
    ("9990000018", NHS),
    ("999-000-0018", NHS),
    ("0101010001", CHI),
    ("010101 0001", CHI),
    ("310399 0006", CHI),
    # National insurance.
    ("AB123456C", INSURANCE),
    ("AB 12 34 56 C", INSURANCE),
    ("ab 12 34 56 c", INSURANCE),
]
NOT_FOUND = [
    "2026-01-31",
    "2026-01-31T09:30:00Z",
    "31/01/2026",
    "31.01.2026",
    "31 January 2026",
    "01-02-2026 to 03-04-2026",
    "2025/26",
    "2030, 2040 and 2050",
    "09:30",
    "between 00:00 and 06:00",
    "10.00 to 12.30",
    "999",
    "call 101 or 119",
    "116 123",
    "1,500 volunteers",
    "£1,500,000",
    "£0.12345678",
    "1 234 567 890 people",
    "0.2 mm, 0.4 mm and 0.6 mm",
    "57.1497, -2.0943",
    "15%",
    "30 of 1,000",
    "GB1",
    "the district GB12",
    "zone 07",
    "entry 1234567890",
    "index 0000123",
    "station 14881",
    "UK GDPR Article 6(1)(e)",
    "Schedule 1, paragraph 6",
    "section 251 of the Act of 2006",
    "ISO 8601 and RFC 8785",
    "OGL-UK-3.0",
    "routing-1",
    "A1, M25 and B1234",
    "3 of 12 in group A2",
    "deadbeef",
    "0a0b0c0d0e0f0a0b0c0d0e0f",
    "3aad3c527b6904da1b78e2dc44945edc",
    "9990000019",
    "1234567890",
    "AB 12 34",
    "AB123456E",
    "the A1 2nd lane",
    "the M8 4th junction",
    "household 000123456789",
    "the digest deadbeef0123456789abcdef",
    "BG123456",
    "people at the council",
    "council @ home",
    "@inverlarch",
    "a@b",
    "https://register.example/inverlarch",
    "",
]


@pytest.mark.parametrize(("words", "form"), FOUND, ids=lambda value: value)
@pytest.mark.parametrize("frame", ["{}", "Ask: {}.", "({})", "first line\n{}\nlast line"])
def test_what_is_found(words, form, frame):
    assert form in list(check_1(frame.format(words)))


@pytest.mark.parametrize("words", NOT_FOUND)
def test_what_is_not_found(words):
    assert list(check_1(words)) == []
    assert list(check_1(f"We said {words}, and no more.")) == []


@pytest.mark.parametrize(
    "words",
    [
        "1. 07700 900123",
        "Room 3 01632 960123",
        "24/7 07700 900123",
        "on 30/06/2026 07700 900123",
        "on 2026-06-30 01632 960123",
        "07700 900123 24 hours a day",
        "07700 900123 2026-06-30",
        "01632 960123 01632 960124",
    ],
)
def test_a_number_beside_it_hides_no_telephone(words):
    assert PHONE in list(check_1(words))


@pytest.mark.parametrize("words", ["Gb1 1aa", "gb1 1AA"])
def test_a_postcode_in_any_letters(words):
    assert POSTCODE in list(check_1(words))


def test_each_form_is_named_once_and_never_repeated_in_words():
    words = (
        "someone@people.example or another@people.example, 01632 960123, GB1 1AA, "
        "999 000 0018, 310399 0006, AB 12 34 56 C"
    )
    found = list(check_1(words))
    assert found == [EMAIL, PHONE, POSTCODE, INSURANCE, NHS, CHI]
    assert not any(part in words for part in found)


def test_a_check_digit_of_ten_is_no_number():
    """Nine digits whose check digit would be 10 were never given out."""
    nine = next(
        text
        for text in (f"{number:09}" for number in range(999_000_000, 999_000_100))
        if 11 - sum(int(d) * (10 - i) for i, d in enumerate(text)) % 11 == 10
    )
    assert not any(NHS in list(check_1(f"{nine}{last}")) for last in range(10))


@pytest.mark.parametrize("first", range(9_990_000_000, 9_990_000_100, 10))
def test_one_last_digit_in_ten_at_most_makes_a_number(first):
    found = [number for number in range(first, first + 10) if list(check_1(str(number)))]
    assert len(found) <= 1


@pytest.mark.parametrize(
    "words",
    [
        "a" * 4_000,
        "a." * 2_000,
        "a@" * 2_000,
        "0 " * 2_000,
        "01632 " * 600,
        "GB1 " * 1_000,
        "1/" * 2_000,
        "+44" * 1_300,
    ],
    ids=lambda words: words[:6],
)
def test_the_longest_sentence_is_checked_in_no_time(words):
    began = time.perf_counter()
    list(check_1(words))
    assert time.perf_counter() - began < 1


def test_the_checker_of_each_envelope_is_kept():
    assert {1: check_1} == CHECKERS
