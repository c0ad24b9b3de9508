"""How quick the desk is with many open conversations."""
