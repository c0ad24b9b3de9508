"""Logging in with DigiD: from the web chat in the same window, and by a one-time link from other channels."""
