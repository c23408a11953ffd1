"""Pages and interface: one view of the Loop, made for people."""
