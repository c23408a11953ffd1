"""The story, one module a stage."""
