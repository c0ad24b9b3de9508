"""Whole conversations by imagined writers, and how well the summary at hand-off tells what each of them comes down to."""
