"""The pages, stage by stage."""
