"""The verwijsindex: which organisation does what, and how to reach it."""

from loket.directory.index import Directory, InvalidDirectory, in_sentence
from loket.directory.model import LifeEvent, Organisation, Product

__all__ = ["Directory", "InvalidDirectory", "LifeEvent", "Organisation", "Product", "in_sentence"]
