"""The loop: one module a stage, with its actions and the rules that every entry must keep.

Stages never import each other; they meet in the register.
"""

from importlib import import_module

STAGES = (
    "envision",
    "catalogue",
    "propose",
    "assess",
    "engage",
    "decide",
    "share",
    "account",
    "learn",
)
"""In the order of the loop."""

for _stage in STAGES:
    import_module(f"{__name__}.{_stage}")
