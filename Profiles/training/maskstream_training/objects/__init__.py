"""The object-id profile."""
