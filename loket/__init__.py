"""The core of Verbonden. It knows no framework, no channel and no bot engine."""
