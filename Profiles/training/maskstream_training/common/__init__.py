"""What all profiles share."""
