"""WhatsApp: whole texts, buttons and lists through content templates, and the window of 24 hours."""
