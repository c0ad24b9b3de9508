"""Conversations: who owns them, what was said, what still has to be answered."""
