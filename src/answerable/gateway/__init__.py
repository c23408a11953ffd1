"""The data plane: data leaves, by construction only as agreed. It can be audited alone."""
