"""Parts that stand in for systems of others in the demo; no part of the product."""
