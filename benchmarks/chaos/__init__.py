"""Citizens and desks talk while everything fails in turn: is anything lost, doubled, out of order, or owned by two?"""
