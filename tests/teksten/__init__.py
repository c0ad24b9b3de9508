"""The B1 check: every text that a citizen can get is measured."""
