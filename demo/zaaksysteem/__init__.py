"""A small case system that speaks the ZGW standard, so that Verbonden can be tried without an outside system.

It imitates Open Zaak 1.29.1 for the parts in use, dangerous behaviour included: an empty filter is no filter, and
``_zoek`` ignores keys it does not know. All people and cases in it are invented.
"""
