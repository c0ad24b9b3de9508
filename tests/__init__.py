"""All tests. A package of its own, because some installed packages (textstat) bring a `tests` too."""
