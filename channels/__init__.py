"""Channels: how citizens and counter staff reach the core. They know the core; the core does not know them."""
