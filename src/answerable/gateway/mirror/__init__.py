"""The register as a gateway follows it: through any mirror, and believing only what it checked."""

from answerable.gateway.mirror.believed import Believed
from answerable.gateway.mirror.mirror import Mirror
from answerable.gateway.mirror.reading import mirror_at
from answerable.gateway.mirror.said import Alarm, Followed, Trouble

__all__ = ["Alarm", "Believed", "Followed", "Mirror", "Trouble", "mirror_at"]
