"""The team leader's figures: counted by the database, kept per day, without personal data."""
