"""What `make evaluate` is made of: predictions, figures, pictures and the report."""
