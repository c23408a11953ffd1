"""Bodies as they were once said; each can say the same in the newest version of its kind.

Nobody says them any more. Registers in which somebody did are read and checked for ever: each keeps
its class and its golden file here, its rule in the room of its stage, and has an ``upcast``.
"""
