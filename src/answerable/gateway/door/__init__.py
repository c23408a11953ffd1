"""The gateway as services meet it: HTTP, every route with its declared access."""
