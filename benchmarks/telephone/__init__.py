"""Many citizens text at once on a bad day: is every message handled once, in order, and every answer delivered once?"""
