"""The faces profile."""
