from tests.unit.stages.table import allowed, each, judge, refused, usual
from tests.worlds import AGENCY_DATA, before, example

from answerable.model.dataset import (
    Access,
    ColumnDescribed,
    Dataset,
    DatasetDescribed,
    DatasetOpened,
    Sensitivity,
)


def opened(world):
    world.tell()
    assert world.state.get(Dataset, "rain-gauges").access is Access.OPEN


PERSONAL = example(ColumnDescribed, dataset="rain-gauges", column="keeper")

CASES = [
    refused("dataset.taken", DatasetDescribed, usual),
    refused("dataset.taken", DatasetDescribed, usual, custodian="agency", by=AGENCY_DATA),
    refused("dataset.licence", DatasetDescribed, access=Access.OPEN, licence=None),
    refused("dataset.licence", DatasetDescribed, access=Access.OPEN, licence=""),
    refused("column.taken", ColumnDescribed, usual),
    refused("column.taken", ColumnDescribed, usual, sensitivity=Sensitivity.NONE),
    refused("dataset.unknown", ColumnDescribed, dataset="another"),
    refused("column.open", DatasetOpened, opened, body=PERSONAL, by=AGENCY_DATA),
    refused(
        "column.open",
        DatasetOpened,
        opened,
        body=PERSONAL,
        by=AGENCY_DATA,
        sensitivity=Sensitivity.SPECIAL,
    ),
]
ALLOWED = [
    allowed(DatasetDescribed, licence=None),
    allowed(DatasetDescribed, access=Access.OPEN, licence="OGL-UK-3.0"),
    allowed(DatasetDescribed, access=Access.CLOSED, licence=None),
    allowed(ColumnDescribed, sensitivity=Sensitivity.SPECIAL),
    allowed(DatasetOpened, body=PERSONAL, by=AGENCY_DATA),
    allowed(DatasetOpened, opened, body=PERSONAL, by=AGENCY_DATA, sensitivity=Sensitivity.NONE),
]


@each(CASES)
def test_refused(case):
    judge(case)


@each(ALLOWED)
def test_allowed(case):
    judge(case)


def test_columns_keep_the_order_in_which_they_were_described():
    dataset = before(None).state.get(Dataset, "home-needs")
    assert [column.column for column in dataset.columns] == [
        "household",
        "address",
        "need",
        "postcode",
        "flood_area",
    ]
    assert dataset.column("need").sensitivity is Sensitivity.PERSONAL
    assert dataset.column("phone") is None
    assert dataset.custodian == "health"
