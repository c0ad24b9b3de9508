"""What runs inside Rasa (Python 3.10, its own environment, never reachable from outside)."""
