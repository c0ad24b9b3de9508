"""Plain Dutch: what makes a text harder than B1, as far as the form of the words tells it."""
