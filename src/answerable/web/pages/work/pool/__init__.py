"""The organiser's page of a pool: who is in it, the targets, and everybody's chances."""
