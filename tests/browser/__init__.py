"""A citizen and counter staff in a real browser, against the really started product."""
