"""The walk over a grammar tree that gives simple commands in order."""

from __future__ import annotations

from dockerlint_rules.syntax.shell.plain import PlainCommand, variable_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from dockerlint_rules.syntax.shell.plain import Mark, Spot


class WalkState:
    """What the commands below a node have in common."""

    __slots__ = ("conditional", "depth", "function", "nested", "outer_group")

    def __init__(
        self,
        conditional: bool = False,
        nested: bool = False,
        function: bool = False,
        outer_group: list[PlainCommand] | None = None,
        depth: int = 0,
    ) -> None:
        self.conditional = conditional
        self.nested = nested
        self.function = function
        self.outer_group = outer_group
        self.depth = depth

    def sometimes(self) -> WalkState:
        """The same for commands that run under a condition."""
        if self.conditional:
            return self
        return WalkState(True, self.nested, self.function, self.outer_group, self.depth)

    def inside(self, group: list[PlainCommand] | None) -> WalkState:
        """The same for the commands of a compound that is part of a pipeline."""
        if group is None or group is self.outer_group:
            return self
        return WalkState(self.conditional, self.nested, self.function, group, self.depth)

    def body(self) -> WalkState:
        """The same for a function's body."""
        return WalkState(True, self.nested, True, None, self.depth)

    def substitution(self) -> WalkState:
        """The same inside ``$(…)``."""
        return WalkState(self.conditional, True, self.function, None, self.depth + 1)


class NodeToVisit:
    """A node to visit, with the operators around it and the redirects of its last command."""

    __slots__ = ("after", "before", "context", "group", "node", "tail")

    def __init__(
        self,
        node: Node,
        context: WalkState,
        before: str = "",
        after: str = "",
        tail: list[Node] | None = None,
        group: list[PlainCommand] | None = None,
    ) -> None:
        self.node = node
        self.context = context
        self.before = before
        self.after = after
        self.tail = tail
        self.group = group


def _ends_conditional(node: Node) -> bool:
    """Whether a pipeline's first member is, against the shell's rules, a list that ends in ``|| x``."""
    while node.type in ("redirected_statement", "pipeline") and node.children:
        node = node.children[0]
    return node.type == "list" and node.child_count > 2 and node.children[-2].type == "||"


class TreeWalk:
    """Walks a tree and collects its simple commands in ``found``."""

    __slots__ = ("found", "stack", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[PlainCommand] = []
        self.stack: list[NodeToVisit] = []

    def run(self, root: Node) -> None:
        """Visit the whole tree and gather its simple commands."""
        if root.type == "ERROR":
            return
        self._sequence(root.children, WalkState())
        while self.stack:
            self._visit(self.stack.pop())

    def _visit(self, item: NodeToVisit) -> None:
        node = item.node
        kind = node.type
        if kind in _SIMPLE:
            self._simple(item, kind)
        elif kind == "list" or kind == "pipeline":
            self._chain(item, kind)
        elif kind == "redirected_statement":
            self._redirected(item)
        elif kind == "negated_command":
            for child in node.children:
                if child.is_named:
                    item.node = child
                    self.stack.append(item)
        else:
            self._compound(node, kind, item.context.inside(item.group), item.tail)

    def _chain(self, item: NodeToVisit, kind: str) -> None:
        """A list or a pipeline: give each member its operators."""
        children = [one for one in item.node.children if one.type not in ("comment", "ERROR", "\n")]
        group = item.group
        if kind == "pipeline" and group is None:
            group = []
        items: list[NodeToVisit] = []
        before = item.before
        conditional = False
        after_or = kind == "pipeline" and bool(children) and _ends_conditional(children[0])
        for child in children:
            kind_of_child = child.type
            if not child.is_named and kind_of_child in ("&&", "||", "|", "|&"):
                before = "|" if kind_of_child == "|&" else kind_of_child
                if items:
                    items[-1].after = before
                conditional = before == "||" or after_or
                continue
            context = item.context.sometimes() if conditional else item.context
            items.append(NodeToVisit(child, context, before, "", None, group))
        if items:
            items[-1].after = item.after
            items[-1].tail = item.tail
        if kind == "list":
            # The grammar reads "a && b >f | c" as a list that is piped: only its end is.
            for one in items[:-1] if item.after == "|" else items[1:]:
                one.group = None
        self.stack.extend(reversed(items))

    def _redirected(self, item: NodeToVisit) -> None:
        """Give redirects to the last command; the grammar attaches them to the whole list."""
        body: Node | None = None
        tail: list[Node] = []
        for child in item.node.children:
            if child.type in _REDIRECTS:
                tail.append(child)
            elif child.is_named and child.type not in ("comment", "ERROR"):
                body = child
        tail += item.tail or []
        if body is None:
            for redirect in tail:
                self._marks(redirect, item.context)
            return
        item.node, item.tail = body, tail
        self.stack.append(item)

    def _sequence(self, children: list[Node], context: WalkState) -> None:
        """Statements with separators between them; keywords are skipped."""
        items: list[NodeToVisit] = []
        separator = ""
        for child in children:
            kind = child.type
            if kind in _SEPARATORS:
                # The first one counts: "a &" followed by a newline is "&".
                if separator in ("", "\n"):
                    separator = ";" if kind.startswith(";") else kind
                if items and items[-1].after in ("", "\n"):
                    items[-1].after = separator
            elif child.is_named and kind not in ("comment", "ERROR"):
                if items and not separator:
                    separator = items[-1].after = "\n"
                items.append(NodeToVisit(child, context, separator))
                separator = ""
        if items and items[-1].after == "\n":
            items[-1].after = ""
        self.stack.extend(reversed(items))

    def _compound(self, node: Node, kind: str, context: WalkState, tail: list[Node] | None) -> None:
        for redirect in tail or ():
            self._marks(redirect, context)
        children = node.children
        if kind in ("if_statement", "while_statement"):
            self._branches(children, context)
        elif kind == "elif_clause" or kind == "else_clause" or kind == "do_group":
            self._sequence(children, context.sometimes())
        elif kind == "for_statement" or kind == "c_style_for_statement":
            self._loop(children, context)
        elif kind == "case_statement":
            for child in children:
                if child.type == "case_item":
                    self._case(child.children, context.sometimes())
                elif child.is_named:
                    self._marks(child, context)
        elif kind == "function_definition":
            self._sequence([one for one in children if one.type not in _FLAT], context.body())
        elif kind == "subshell" or kind == "compound_statement":
            if children and children[0].type == "((":
                self._marks(node, context)
            else:
                self._sequence(children, context)
        elif kind != "ERROR" and children:
            self._marks(node, context)

    def _branches(self, children: list[Node], context: WalkState) -> None:
        """``if`` and ``while``: the first condition always runs, everything else may not."""
        parts = [at for at, child in enumerate(children) if child.type in ("then", "do_group")]
        split = parts[0] if parts else len(children)
        self._sequence(children[split:], context.sometimes())
        self._sequence(children[:split], context)

    def _loop(self, children: list[Node], context: WalkState) -> None:
        for child in children:
            if child.type in ("do_group", "compound_statement"):
                self.stack.append(NodeToVisit(child, context.sometimes()))
            elif child.is_named:
                self._marks(child, context)

    def _case(self, children: list[Node], context: WalkState) -> None:
        for at, child in enumerate(children):
            if child.type == ")":
                self._sequence(children[at + 1 :], context)
                return
            if child.is_named:
                self._marks(child, context)

    def _simple(self, item: NodeToVisit, kind: str) -> None:
        context = item.context
        node = item.node
        simple = PlainCommand(
            item.before,
            item.after,
            item.group,
            conditional=context.conditional,
            nested=context.nested,
            function=context.function,
        )
        if kind == "variable_assignment":
            simple.assignments.append(self._spot(node, context))
        elif kind == "test_command":
            self._test(simple, node, context)
        else:
            self._parts(simple, node.children, kind, context)
        for redirect in item.tail or ():
            self._redirect(simple, redirect, context)
        if not (simple.words or simple.assignments or simple.redirects):
            return
        text = self.text
        simple.words = [_complete(text, spot) for spot in _merged(text, simple.words)]
        simple.assignments = [_complete(text, spot) for spot in simple.assignments]
        simple.group.append(simple)
        if context.outer_group is not None and context.outer_group is not simple.group:
            context.outer_group.append(simple)
        self.found.append(simple)

    def _parts(
        self, simple: PlainCommand, children: list[Node], kind: str, context: WalkState
    ) -> None:
        for child in children:
            part = child.type
            if part in _REDIRECTS:
                self._redirect(simple, child, context)
            elif (
                part == "variable_assignment" and not simple.words and kind != "declaration_command"
            ):
                simple.assignments.append(self._spot(child, context))
            elif part not in _NO_WORDS and child.end_byte > child.start_byte:
                simple.words.append(self._spot(child, context))

    def _test(self, simple: PlainCommand, node: Node, context: WalkState) -> None:
        """``[ … ]``: the grammar parses an expression, a shell sees words."""
        stack = list(reversed(node.children))
        while stack:
            child = stack.pop()
            kind = child.type
            if kind in _TEST_TREES:
                stack.extend(reversed(child.children))
            elif kind in _REDIRECTS:
                self._redirect(simple, child, context)
            elif kind not in _NO_WORDS and child.end_byte > child.start_byte:
                simple.words.append(self._spot(child, context))

    def _redirect(self, simple: PlainCommand, node: Node, context: WalkState) -> None:
        start, operator_end = node.start_byte, -1
        targets: list[Spot] = []
        for child in node.children:
            if child.type == "file_descriptor":
                continue
            if operator_end < 0:
                operator_end = child.end_byte
                if child.type.endswith("&-"):
                    operator_end -= 1
                    targets.append((operator_end, operator_end + 1, None))
            elif child.type not in _NO_WORDS:
                targets.append(self._spot(child, context))
        targets = _merged(self.text, targets)
        if not targets:
            return
        target = _complete(self.text, targets[0])
        simple.redirects.append((start, self.text[start:operator_end], target))
        # The grammar lets "2>&1 -y" swallow the words that follow; they are arguments.
        simple.words += targets[1:]

    def _spot(self, node: Node, context: WalkState) -> Spot:
        """A word's position and expansions; commands inside it go on the stack."""
        start, end = node.start_byte, node.end_byte
        # perf: most words have no expansions; checking their text is cheaper than visiting their nodes.
        text = self.text[start:end]
        if "$" in text or "`" in text or "(" in text:
            if node.type != "raw_string":
                return (start, end, self._marks(node, context))
        elif not ("'" in text or '"' in text or "\\" in text):
            return (start, end, None)
        return (start, end, [])

    def _marks(self, node: Node, context: WalkState) -> list[Mark]:
        marks: list[Mark] = []
        within = -1
        stack = [node]
        while stack:
            one = stack.pop()
            kind = one.type
            start, end = one.start_byte, one.end_byte
            mark = ""
            if kind == "expansion":
                start = _after_spaces(self.text, start, end)
                mark = f"${{{parameter(self.text[start:end])}}}"
            elif kind == "arithmetic_expansion":
                start = _after_spaces(self.text, start, end)
                mark = "$(())"
            elif kind in _SUBSTITUTIONS:
                start = _after_spaces(self.text, start, end)
                mark = "$()" if kind == "command_substitution" else self.text[start] + "()"
                if context.depth < MAX_DEPTH:
                    self._sequence(one.children, context.substitution())
            if mark and start >= within:
                marks.append((start, end, mark))
                within = end
            if kind not in _SUBSTITUTIONS and kind not in _FLAT and one.child_count:
                stack.extend(reversed(one.children))
        return marks


MAX_DEPTH = 32


_SEPARATORS = frozenset((";", "&", "\n", ";;", ";&", ";;&"))


_SIMPLE = frozenset(
    (
        "command",
        "declaration_command",
        "unset_command",
        "test_command",
        "variable_assignment",
        "variable_assignments",
    )
)


_REDIRECTS = frozenset(("file_redirect", "herestring_redirect", "heredoc_redirect"))


_SUBSTITUTIONS = frozenset(("command_substitution", "process_substitution"))


_FLAT = frozenset(("word", "number", "variable_name", "test_operator", "regex"))


_TEST_TREES = frozenset(
    ("unary_expression", "binary_expression", "parenthesized_expression", "ternary_expression")
)


_NO_WORDS = frozenset(("comment", "ERROR", "heredoc_redirect", "subshell"))


def _merged(text: str, spots: list[Spot]) -> list[Spot]:
    """Join adjacent words: the grammar splits some words in two."""
    if spots and "\\" in text[max(spots[0][0] - 2, 0) : spots[-1][1]]:
        spots = _with_escaped_spaces(text, spots)
    for at in range(1, len(spots)):
        if spots[at][0] == spots[at - 1][1]:
            break
    else:
        return spots
    merged: list[Spot] = []
    for start, end, marks in spots:
        if merged and merged[-1][1] == start:
            first, _, earlier = merged[-1]
            both = None if earlier is None and marks is None else (earlier or []) + (marks or [])
            merged[-1] = (first, end, both)
        else:
            merged.append((start, end, marks))
    return merged


def _with_escaped_spaces(text: str, spots: list[Spot]) -> list[Spot]:
    """Words with the escaped spaces (and continuations) around them, which the grammar skips."""
    done: list[Spot] = []
    for start, end, marks in spots:
        low = done[-1][1] if done else max(start - 3, 0)
        gap = text[low:start]
        if done and (gap[:2] in ("\\ ", "\\\t") or gap == "\\\n"):
            first, _, earlier = done[-1]
            done[-1] = (first, low + 2, earlier or [])
            gap = gap[2:]
        if gap[-2:] in ("\\ ", "\\\t") and gap[-3:-2] != "\\":
            start, marks = start - 2, marks or []
        done.append((start, end, marks))
    return done


def _after_spaces(text: str, start: int, end: int) -> int:
    """Skip spaces that the grammar includes in an expansion in double quotes."""
    while start < end and text[start] in " \t\n":
        start += 1
    return start


def _complete(text: str, spot: Spot) -> Spot:
    """The word with marks for ``$NAME`` as well.

    Looked for in the text: the grammar loses some of them (``a_$B``).
    """
    at, end, marks = spot
    if not marks and "$" not in text[at:end]:
        return spot
    found: list[Mark] = []
    known = {mark[0]: mark for mark in marks or ()}
    doubled = False
    while at < end:
        mark = known.get(at)
        if mark is not None:
            found.append(mark)
            at = mark[1]
            continue
        char = text[at]
        name = variable_name(text, at + 1) if char == "$" else ""
        if char == "\\":
            at += 1
        elif char == '"':
            doubled = not doubled
        elif char == "'" and not doubled:
            at = _closing_quote(text, at, end, escapes=text[at - 1 : at] == "$")
        elif name:
            found.append((at, at + 1 + len(name), f"${{{name}}}"))
            at += len(name)
        at += 1
    return (spot[0], end, found)


def _closing_quote(text: str, at: int, end: int, escapes: bool) -> int:
    """Index of the quote that closes the one at *at*, *end* if there is none."""
    at += 1
    while at < end and text[at] != "'":
        at += 2 if escapes and text[at] == "\\" else 1
    return at


def parameter(text: str) -> str:
    """The name in ``${#NAME…}``, ``${!NAME}`` or ``${NAME:-…}``; a special parameter as it is."""
    at = 2
    if text[2:3] in ("#", "!") and text[3:4] not in ("}", ""):
        at = 3
    end = at
    while end < len(text) and (text[end] == "_" or (text[end].isascii() and text[end].isalnum())):
        end += 1
    return text[at : max(end, at + 1)]
