"""SMS: short texts, counted in segments, with numbered choices."""
