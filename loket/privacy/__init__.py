"""What must be found in a message, and what must be hidden before anything is kept.

- `extraction.extract` finds the facts that a citizen gives: case number, postcode, dates, amounts, ...
- `masking.mask` replaces what may never be stored or logged: BSN, IBAN, cards, documents, passwords and codes. It needs no
  spaCy, so a process that only stores can import it cheaply.
- `second_factor.second_factor` reads the answer to "wat is uw geboortedatum, of uw postcode en huisnummer?".

The package is shared with the bot: it runs on Python 3.10 (Rasa) as well as 3.12, and imports nothing besides the standard
library, spaCy and PyYAML.
"""
