"""The text profile."""
