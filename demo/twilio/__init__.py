"""A faithful fake of the provider of SMS and WhatsApp: the parts of Twilio's API that Verbonden uses.

It refuses what the published API does not describe, signs its webhooks with the real algorithm, and behaves as the provider does
on a bad day: the 24-hour window, opt-outs, duplicates, late call-backs, throttling, silence. Nothing leaves the machine. Where it
knowingly differs from the provider is in README.md.
"""
