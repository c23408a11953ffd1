"""Catalogue: six datasets, column by column."""

from answerable.launch.demo import area
from answerable.launch.demo.cast import AGENCY, COUNCIL, HEALTH
from answerable.launch.demo.telling import Teller, en
from answerable.model.actor import Role
from answerable.model.dataset import Access, ColumnType, Sensitivity
from answerable.stages.catalogue import DescribeColumn, DescribeDataset

TEXT, CODE, WHOLE = ColumnType.TEXT, ColumnType.CODE, ColumnType.INTEGER
NONE, PERSONAL, SPECIAL = Sensitivity.NONE, Sensitivity.PERSONAL, Sensitivity.SPECIAL

HOME = (
    ("household", "Reference of the household", CODE, PERSONAL),
    ("address", "Address", TEXT, PERSONAL),
    ("postcode", "Postcode", CODE, PERSONAL),
    ("flood_area", "Flood area in which the home lies", CODE, PERSONAL),
)

DATASETS = (
    (
        ("rain-readings", AGENCY, "Rain readings", Access.CLOSED, None, "Every 15 minutes."),
        "Rain at each gauge of the area, as depth in 15 minutes.",
        (
            ("gauge", "Gauge", CODE, NONE),
            ("read_at", "Time of the reading", ColumnType.TIME, NONE),
            ("rain_mm", "Rain since the last reading, in millimetres", ColumnType.DECIMAL, NONE),
        ),
    ),
    (
        ("flood-areas", AGENCY, "Flood areas", Access.OPEN, "OGL-UK-3.0", "Every two years."),
        "The stretches of the river for which warnings are given.",
        (
            ("flood_area", "Flood area", CODE, NONE),
            ("title", "Name of the flood area", TEXT, NONE),
            ("homes", "Number of homes in it", WHOLE, NONE),
        ),
    ),
    (
        ("households", COUNCIL, "Households", Access.CLOSED, None, "Every month."),
        "Where homes are and how many people live in each.",
        (*HOME, ("people", "Number of people", WHOLE, PERSONAL)),
    ),
    (
        (
            "extra-help",
            COUNCIL,
            "Extra help needed",
            Access.AGREEMENT,
            None,
            "Within a working day.",
        ),
        "What help a home has said it would need in an emergency: needs, not illnesses.",
        (
            *HOME,
            ("need", "Help that is needed", CODE, SPECIAL),
            ("asked_on", "Day on which the home told us", ColumnType.DATE, PERSONAL),
            ("note", "What the home told us in its own words", TEXT, SPECIAL),
        ),
    ),
    (
        (
            "powered-equipment",
            HEALTH,
            "Powered medical equipment at home",
            Access.AGREEMENT,
            None,
            "Every day.",
        ),
        "Homes that depend on equipment which stops when the power does.",
        (
            *HOME,
            ("equipment", "Kind of equipment", CODE, SPECIAL),
            ("battery_hours", "Hours it runs on its battery", WHOLE, SPECIAL),
            ("condition", "Condition it is for", CODE, SPECIAL),
        ),
    ),
    (
        ("deprivation", COUNCIL, "Deprivation", Access.OPEN, "OGL-UK-3.0", "Every four years."),
        "Rank of each neighbourhood in the Scottish Index of Multiple Deprivation.",
        (
            ("zone", "Neighbourhood", CODE, NONE),
            ("simd_rank", "Rank, 1 is the most deprived", WHOLE, NONE),
            ("fifth", "Fifth of all ranks, 1 is the most deprived", WHOLE, NONE),
        ),
    ),
)


def catalogue(t: Teller) -> None:
    """Describe what data exists; the data stays where it is."""
    t.chapter("2. Catalogue: what data is there, and who answers for it?")
    t.day("2025-05-12")
    for (slug, custodian, title, access, licence, updated), about, columns in DATASETS:
        actor = t.actor(Role.CUSTODIAN, custodian)
        t.act(
            actor,
            DescribeDataset(
                dataset=slug,
                custodian=custodian,
                title=en(title),
                description=en(about),
                access=access,
                licence=licence,
                updated=en(updated),
            ),
        )
        for name, label, kind, sensitivity in columns:
            t.act(
                actor,
                DescribeColumn(
                    dataset=slug, column=name, title=en(label), type=kind, sensitivity=sensitivity
                ),
            )
        t.point(f"{title} ({custodian}, {access}): {', '.join(name for name, *_ in columns)}")
    _place(t)


def _place(t: Teller) -> None:
    t.say("Behind the descriptions, in this demonstration, is an invented place:")
    people = sum(zone.population for zone in area.zones())
    homes = list(area.households())
    needs = {need.household for need in area.needs()}
    t.point(
        f"{people:,} people in {len(homes):,} homes in {len(area.zones())} neighbourhoods, "
        "whose sizes and deprivation are real ones from all over Scotland;"
    )
    for flood_area in area.flood_areas():
        inside = [home for home in homes if home.flood_area == flood_area.slug]
        helped = sum(home.reference in needs for home in inside)
        shown = str(helped) if helped >= 10 else "fewer than 10"  # noqa: PLR2004 - the panel's rule
        t.point(f"flood area {flood_area.name}: {len(inside)} homes, {shown} with a need for help;")
    storm = max(area.invented_gauges(), key=lambda gauge: gauge.slug)
    t.point(
        f"rain every 15 minutes: at {storm.name} a storm of "
        f"{sum(area.rain(storm, 48)) / 10:.1f} mm in two days."
    )
    gauge = next(iter(area.gauges()))
    t.say(
        f"A real gauge for comparison: {gauge.name} (SEPA station {gauge.station_no}) read "
        f"{gauge.rain_mm} mm at {gauge.read_at}; source in launch/demo/figures/README.md."
    )
