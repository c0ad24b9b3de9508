"""Case status from the case systems of government organisations.

Entry points: :class:`loket.cases.registry.CaseSystems` and :class:`loket.cases.second_factor.SecondFactor`.
"""
