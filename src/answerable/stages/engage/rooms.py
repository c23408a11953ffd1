"""Where in the vault a panel's private records are: the subjects that they belong to."""


def volunteer_room(engagement: str) -> str:
    """Who volunteered and how to reach them; for the facilitator alone."""
    return f"volunteer:{engagement}"


def again_room(engagement: str) -> str:
    """References of people who volunteered again: nothing about them is kept, for nobody to see."""
    return f"again:{engagement}"


def pool_room(engagement: str, draw: int) -> str:
    """Numbers and profiles, without names; for the facilitator and for auditors.

    >>> pool_room("flood-panel", 1), pool_room("flood-panel", 2)
    ('pool:flood-panel', 'pool:flood-panel/2')
    """
    return f"pool:{engagement}" if draw == 1 else f"pool:{engagement}/{draw}"


def lottery_room(engagement: str, draw: int) -> str:
    """What the numbers of profiles stand for, and the certificate; as the pool."""
    return f"lottery:{engagement}" if draw == 1 else f"lottery:{engagement}/{draw}"


def pool_of(subject: str) -> tuple[str, int]:
    """Give the engagement and the draw of a pool.

    >>> pool_of("pool:flood-panel/2")
    ('flood-panel', 2)
    """
    engagement, _, draw = subject.partition(":")[2].partition("/")
    return engagement, int(draw or 1)
