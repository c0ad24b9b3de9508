"""News of cases: notifications of case systems (Notificaties API), and the citizens who said they want to hear of it."""
