"""What tests of a gateway share."""

from tests.gateways import gate, shared  # noqa: F401 - fixtures
