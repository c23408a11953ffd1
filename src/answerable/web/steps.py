"""The nine steps of the loop, as people call them."""

from answerable.web.call import Call


def names(call: Call) -> dict[str, str]:
    """Name the steps of the loop, by stage, in their order."""
    _ = call._
    return {
        "envision": _("Imagine"),
        "catalogue": _("Find"),
        "propose": _("Propose"),
        "assess": _("Weigh up"),
        "engage": _("Ask the public"),
        "decide": _("Decide"),
        "share": _("Share"),
        "account": _("Show"),
        "learn": _("Learn"),
    }
