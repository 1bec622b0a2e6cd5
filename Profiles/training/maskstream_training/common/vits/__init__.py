"""Vision transformers that see some of their patches."""
