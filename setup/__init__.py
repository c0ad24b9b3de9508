"""Makes the project run on a machine with only git, make and some Python 3: `python3 -m setup GOAL...`.

Only the standard library, and only what Python 3.8 knows.
"""
