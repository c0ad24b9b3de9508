"""Files that come with messages: checked by content, scanned, kept apart from the texts, never given to the bot."""

from loket.media.keeping import Checked, Media, Stored
from loket.media.kinds import MAX_BYTES, MAX_FILES, NotAccepted

__all__ = ["MAX_BYTES", "MAX_FILES", "Checked", "Media", "NotAccepted", "Stored"]
