"""Working pages: what people in their roles do, one step at a time."""
