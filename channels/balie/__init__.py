"""The counter staff's desk."""
