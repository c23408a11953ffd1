import tomllib
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from answerable.gateway.compile import Dialect, Table
from answerable.gateway.connectors import Described, open_connector

ADAPTER = TypeAdapter(Described)


def read(text):
    (said,) = tomllib.loads(text)["sources"]
    return ADAPTER.validate_python(said, strict=False)


@pytest.mark.parametrize(
    ("kind", "more", "dialect", "relation"),
    [
        ("parquet", 'paths = ["a*.parquet", "b"]', Dialect.DUCKDB, ("source",)),
        ("csv", 'paths = ["a.csv"]\nseparator = ";"', Dialect.DUCKDB, ("source",)),
        ("duckdb", 'path = "a"\ntable = "t"', Dialect.DUCKDB, ("source",)),
        ("sqlite", 'path = "a"\ntable = "t"', Dialect.SQLITE, ("main", "t")),
        ("postgres", 'address_file = "a"\ntable = "t"', Dialect.POSTGRES, ("public", "t")),
    ],
)
def test_a_source_is_described_in_a_few_lines(kind, more, dialect, relation):
    text = f'[[sources]]\nkind = "{kind}"\ndataset = "people"\n{more}\n'
    connector = open_connector(read(text), Path("/somewhere"))
    assert connector.dialect is dialect
    assert connector.table == Table(relation)
    named = open_connector(read(text + '[sources.columns]\nperson = "Person Id"'), Path("/x"))
    assert named.table == Table(relation, {"person": "Person Id"})


@pytest.mark.parametrize(
    "more",
    [
        'kind = "excel"',
        'kind = "parquet"',
        'kind = "parquet"\npaths = []',
        'kind = "parquet"\npaths = [""]',
        'kind = "csv"\npaths = ["a"]\nseparator = "x"',
        'kind = "sqlite"\npath = "a"\ntable = "t"\npassword = "p"',
        'kind = "postgres"\ntable = "t"',
        'kind = "postgres"\ntable = "t"\naddress_variable = "A"\naddress_file = "a"',
        'kind = "postgres"\ntable = "t"\naddress_variable = "host=x password=y"',
        'kind = "duckdb"\npath = "a"\ntable = "t"\nthreads = 0',
    ],
)
def test_what_is_not_understood_is_refused(more):
    with pytest.raises(ValidationError):
        read(f'[[sources]]\ndataset = "people"\n{more}\n')
