"""Handing a conversation to a human: the queue and the summary."""
