"""The command line of Verbonden and the supervisor that runs it as one product."""
