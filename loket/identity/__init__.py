"""Who someone is, how sure that is, and how often it may be tried."""
