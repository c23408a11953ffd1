"""The ways to ask: one subject, everything, counts. Each decides, records, and only then gives."""
