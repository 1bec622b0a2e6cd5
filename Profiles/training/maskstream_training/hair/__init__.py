"""The hair-color profile."""
