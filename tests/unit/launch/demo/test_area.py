"""Inverlarch is the same everywhere, believable in shape, and visibly nobody's home."""

import re
from collections import Counter
from hashlib import sha256

from answerable.launch.demo import area
from answerable.launch.demo.volunteers import targets

EVERYTHING = "394a51db4e79bd3bfc23fbf30eafc6b67c2e5eac4cae2ad535d92b018ec3f353"


def everything():
    yield from area.gauges()
    yield from area.flood_areas()
    yield from area.zones()
    yield from area.households()
    yield from area.needs()
    yield from area.powered_equipment()
    for gauge in area.invented_gauges():
        yield gauge, area.rain(gauge, hours=48)


def test_the_same_area_on_every_machine():
    digest = sha256()
    for one in everything():
        digest.update(f"{one}\n".encode())
    assert digest.hexdigest() == EVERYTHING


def test_everyone_in_the_published_counts_has_a_home():
    lived_in = Counter()
    for home in area.households():
        lived_in[home.zone] += home.people
    assert lived_in == {zone.label: zone.population for zone in area.zones()}
    assert 20_000 < lived_in.total() < 21_000


def test_adults_are_fewer_than_people():
    for zone in area.zones():
        assert len(zone.adults) == len(area.AGE_BANDS)
        assert 0 < sum(zone.adults) < zone.population


def test_every_fifth_and_class_occurs():
    zones = area.zones()
    assert Counter(zone.quintile for zone in zones) == dict.fromkeys(range(1, 6), 5)
    classes = {target.value for target in targets() if target.feature == "urban_rural"}
    assert {zone.urban_rural for zone in zones} == classes


def test_a_fifth_is_a_fifth_of_the_ranks():
    for zone in area.zones():
        assert zone.quintile == -(-zone.simd_rank * 5 // 6976)


def test_homes_are_told_apart_and_visibly_invented():
    homes = tuple(area.households())
    assert len({home.reference for home in homes}) == len(homes)
    assert len({home.address for home in homes}) == len(homes)
    assert all(re.fullmatch(r"INV\d{9}", home.reference) for home in homes)
    assert all(re.fullmatch(r"GB[1-4] [1-7][A-Z]{2}", home.postcode) for home in homes)
    assert "4 Mill Lane" in {home.address for home in homes if home.postcode == "GB1 1AA"}


def test_a_postcode_is_one_street():
    streets = {(h.postcode, h.address.split(" ", 1)[1]) for h in area.households()}
    assert len(streets) == len({postcode for postcode, _ in streets})


def test_each_flood_area_has_its_share_of_homes():
    zones_of = {flood.slug: dict(flood.shares) for flood in area.flood_areas()}
    homes, at_risk = Counter(), Counter()
    for home in area.households():
        homes[home.zone] += 1
        if home.flood_area:
            at_risk[home.zone] += 1
            assert home.zone in zones_of[home.flood_area]
    for shares in zones_of.values():
        for zone, percent in shares.items():
            assert at_risk[zone] == homes[zone] * percent // 100


def test_some_flood_areas_can_be_counted_and_one_is_too_small():
    flood_area = {home.reference: home.flood_area for home in area.households()}
    counts = Counter(flood_area[home] for home in {need.household for need in area.needs()})
    assert counts["larchfoot"] >= 10
    assert 0 < counts["haugh-of-larch"] < 10


def test_needs_belong_to_homes_and_are_told_once():
    needs = tuple(area.needs())
    assert 300 <= len(needs) <= 600
    assert len(set(needs)) == len(needs)
    assert {need.need for need in needs} == set(area.NEEDS)
    assert {need.household for need in needs} <= {h.reference for h in area.households()}


def test_powered_equipment_agrees_with_needs():
    told = [need.household for need in area.needs() if need.need == area.POWERED]
    assert [one.household for one in area.powered_equipment()] == told


def test_a_storm_passes_over_every_invented_gauge():
    for gauge in area.invented_gauges():
        series = area.rain(gauge, hours=48)
        assert len(series) == 192
        assert all(amount >= 0 and amount % area.TIP == 0 for amount in series)
        assert 20 <= max(series) <= 40
        assert sum(series[:96]) < sum(series) // 10
        assert 300 < sum(series) < 600


def test_no_hours_no_rain():
    assert area.rain(next(area.invented_gauges()), hours=0) == ()


def test_real_gauges_keep_their_readings():
    gauges = tuple(area.gauges())
    assert len(gauges) == 8
    dunlop = next(gauge for gauge in gauges if gauge.name == "Dunlop")
    assert (dunlop.station_no, dunlop.rain_mm) == ("115559", 43.4)
    assert not {g.name for g in gauges} & {g.name for g in area.invented_gauges()}
