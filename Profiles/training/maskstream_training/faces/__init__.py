"""The face-emotion profile."""
