"""The unanswered: what was not understood is kept, staff say what it meant, and it becomes training data."""
