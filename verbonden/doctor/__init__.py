"""`verbonden doctor`: what is installed, reachable, misconfigured, each with what to do about it."""

from verbonden.doctor.command import add_arguments, run

__all__ = ["add_arguments", "run"]
