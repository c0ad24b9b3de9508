"""What SMS and WhatsApp share: the provider's signed webhooks and its API (https://www.twilio.com/docs/messaging)."""
