"""Who we talk with by telephone number: known partners, what they agreed to, and how far our messages came."""
