"""The vocabulary: what is said in public, by whom, and what it adds up to. No I/O, no framework."""
