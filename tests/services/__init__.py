"""The real servers that the tests run against: what is there is used, else it is installed, else one sentence says why not."""
