"""Public data sharing, shaped by the public and open to anyone to check."""
