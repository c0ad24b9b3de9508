"""Pipeline components of Rasa."""
