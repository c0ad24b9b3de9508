"""The web chat of the citizen."""
