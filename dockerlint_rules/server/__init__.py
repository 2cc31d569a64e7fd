"""``dockerlint server``: a language server over standard input and output.

``wire.py`` frames messages, ``loop.py`` takes them in turn, ``session.py`` holds what is open and what settings hold, ``positions.py``
turns offsets into the client's positions; each of the other modules is one family of requests.
"""
