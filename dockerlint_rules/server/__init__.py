"""``dockerlint server``: a language server over standard input and output.

``serve`` starts it, ``base_protocol`` frames messages, ``loop`` handles them in order, ``methods`` holds one function a
method.  ``session`` and ``open_file`` hold what is open and which settings apply, ``positions`` turns offsets into the
client's positions.  Each of the other modules and folders is one feature: hovers, completion, navigation, code actions.
"""
