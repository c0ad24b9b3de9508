"""Contacts with citizens in a contact register (Klantinteracties API, for example Open Klant).

Pure calls: no queue and no retry of writes. The caller keeps what must be registered and calls again; every call here can be
repeated without making a double.

Entry point: :class:`loket.contacts.register.ContactRegister`.
"""
