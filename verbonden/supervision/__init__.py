"""Starts all processes of the product, keeps them running, stops them: `verbonden run`."""
