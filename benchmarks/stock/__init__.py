"""Rasa 3.6 as it comes: its default pipeline, its REST channel, one rule and one custom action. What we compare with."""
