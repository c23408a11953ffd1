"""The demo: one idea walks the whole loop, with real figures, invented bodies and nobody real."""
