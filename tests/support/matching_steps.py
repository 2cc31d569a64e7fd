"""A backtracking matcher that counts its steps.

``re`` does not say how much work a match was. This one tries the same paths in the same order, one instruction at a
time, and counts them. It has none of ``re``'s shortcuts (a literal prefix found at once), so it counts too much rather
than too little, by a constant factor.
"""

from __future__ import annotations

from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any, AnyStr, Generic

_SINGLE = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN)
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)


class TooManySteps(Exception):
    """The match was given up: it took more steps than allowed."""


class SteppingPattern(Generic[AnyStr]):
    """A regular expression whose matches are counted: ``.steps`` is the sum over all calls."""

    def __init__(self, pattern: AnyStr, flags: int = 0, limit: int = 1_000_000) -> None:
        self.tree = _parser.parse(pattern, flags)
        self.flags = self.tree.state.flags
        self.limit = limit
        self.steps = 0
        self.code: list[tuple[Any, ...]] = []
        self._repeats: dict[
            int, list[int]
        ] = {}  # id of a repeat in the tree: where it decides to go on
        self.tests: list[_Test] = []  # what single characters are compared with
        self._registers = 0
        self._sequence(self.tree, self.flags)
        self.code.append(("end",))
        self.visits = [0] * len(self.code)

    @property
    def is_bytes(self) -> bool:
        """Whether it matches bytes."""
        return isinstance(self.tree.state.str, bytes)

    def turns(self, repeat: int) -> int:
        """How often a repeat of the tree, known by its id, decided whether to go on."""
        return sum(self.visits[at] for at in self._repeats[repeat])

    def reset(self) -> None:
        """Start to count again."""
        self.steps = 0
        self.visits = [0] * len(self.code)

    def match(self, text: AnyStr, at: int = 0) -> tuple[int, int] | None:
        """Start and end of the match at a place."""
        end = self._run(0, text, at, None)
        return None if end is None else (at, end)

    def fullmatch(self, text: AnyStr) -> tuple[int, int] | None:
        """Start and end if the whole text matches."""
        end = self._run(0, text, 0, None, whole=True)
        return None if end is None else (0, end)

    def search(
        self, text: AnyStr, at: int = 0, *, not_empty_at: int = -1
    ) -> tuple[int, int] | None:
        """Start and end of the first match."""
        for start in range(at, len(text) + 1):
            end = self._run(0, text, start, start if start == not_empty_at else None)
            if end is not None:
                return start, end
        return None

    def finditer(self, text: AnyStr) -> list[tuple[int, int]]:
        """Start and end of every match, as ``finditer``, ``findall``, ``sub`` and ``split`` find them."""
        found, at, not_empty_at = [], 0, -1
        while at <= len(text) and (span := self.search(text, at, not_empty_at=not_empty_at)):
            found.append(span)
            at = span[1]
            not_empty_at = at if span[0] == at else -1
        return found

    def _run(
        self, pc: int, text: AnyStr, at: int, not_empty: int | None, *, whole: bool = False
    ) -> int | None:
        """Where the match ends that begins with instruction *pc*; None without one."""
        code, visits = self.code, self.visits
        # Other paths, the last first: instruction, place, registers, and how far a run may still change.
        waiting: list[tuple[int, int, Any, int]] = []
        registers: Any = None  # (key, value, the others)
        while True:
            self.steps += 1
            if self.steps > self.limit:
                raise TooManySteps
            visits[pc] += 1
            step = code[pc]
            kind = step[0]
            fails = False
            if kind == "char":
                if step[1].accepts(text[at : at + 1]):
                    pc, at = pc + 1, at + 1
                else:
                    fails = True
            elif kind == "split":
                waiting.append((step[2], at, registers, at))
                pc = step[1]
            elif kind == "run":
                _, test, least, most, lazy = step
                furthest = self._end_of_run(test, text, at, least if lazy else most)
                visits[pc] += furthest - at
                pc += 1
                fails = furthest < at + least
                if not fails:
                    limit = len(text) if most is None else at + most
                    if lazy:
                        waiting.append((-pc, at + least, registers, limit))
                    else:
                        waiting.append((-pc, furthest, registers, at + least))
                    at = furthest
            elif kind == "jump":
                pc = step[1]
            elif kind == "set":
                registers = (step[1], at, registers)
                pc += 1
            elif kind == "unmoved":  # an empty turn ends a loop
                pc = step[2] if _value(registers, step[1]) == at else pc + 1
            elif kind == "at":
                fails = not step[1].match(text, at)
                pc += 1
            elif kind == "look":
                _, negative, width, after = step
                fails = (
                    at < width or self._run(pc + 1, text, at - width, None) is None
                ) != negative
                pc = after
            elif kind == "atomic":
                end = self._run(pc + 1, text, at, None)
                pc, at, fails = step[1], end or 0, end is None
            elif kind == "same":
                begin, end = _value(registers, (step[1], 0)), _value(registers, (step[1], 1))
                fails = begin is None or end is None or not text.startswith(text[begin:end], at)
                if not fails:
                    pc, at = pc + 1, at + end - begin
            elif (
                kind == "fail"
                or (not_empty is not None and at == not_empty)
                or (whole and at != len(text))
            ):
                fails = True
            else:
                return at
            if fails:
                while True:
                    if not waiting:
                        return None
                    pc, at, registers, limit = waiting.pop()
                    if pc >= 0:
                        break
                    # The run before instruction -pc gives one back, or takes one more.
                    self.steps += 1
                    pc = -pc - 1
                    if at == limit:
                        continue
                    if not code[pc][4]:
                        at -= 1
                    elif code[pc][1].accepts(text[at : at + 1]):
                        visits[pc] += 1
                        at += 1
                    else:
                        continue
                    pc += 1
                    waiting.append((-pc, at, registers, limit))
                    break

    def _end_of_run(self, test: _Test, text: AnyStr, at: int, most: int | None) -> int:
        """Where the run of characters that begins at a place and that a class accepts ends."""
        begin, end = at, len(text) if most is None else min(at + most, len(text))
        known = test.known
        while at < end:
            char = text[at : at + 1]
            if not (known[char] if char in known else test.accepts(char)):
                break
            at += 1
        self.steps += at - begin
        return at

    def _sequence(self, items: Any, flags: int) -> None:
        for item in items:
            self._item(*item, flags)

    def _item(self, kind: Any, value: Any, flags: int) -> None:
        code = self.code
        if kind in _SINGLE:
            self.tests.append(_Test(kind, value, flags, self.tree.state.str))
            code.append(("char", self.tests[-1]))
        elif kind is _constants.AT:
            code.append(("at", _compiled(kind, value, flags, self.tree.state.str)))
        elif kind is _constants.BRANCH:
            ends = []
            for branch in value[1][:-1]:
                split = self._hole()
                self._sequence(branch, flags)
                ends.append(self._hole())
                code[split] = ("split", split + 1, len(code))
            self._sequence(value[1][-1], flags)
            for end in ends:
                code[end] = ("jump", len(code))
        elif kind is _constants.SUBPATTERN:
            group, add, remove, inner = value
            if group is not None:
                code.append(("set", (group, 0)))
            self._sequence(inner, (flags | add) & ~remove)
            if group is not None:
                code.append(("set", (group, 1)))
        elif kind in _REPEATS:
            if kind is _constants.POSSESSIVE_REPEAT:
                hole = self._hole()
                self._repeat(*value, flags, lazy=False, known_as=id(value))
                code.append(("end",))
                code[hole] = ("atomic", len(code))
            else:
                self._repeat(*value, flags, lazy=kind is _constants.MIN_REPEAT, known_as=id(value))
        elif kind is _constants.ATOMIC_GROUP:
            hole = self._hole()
            self._sequence(value, flags)
            code.append(("end",))
            code[hole] = ("atomic", len(code))
        elif kind in (_constants.ASSERT, _constants.ASSERT_NOT):
            direction, inner = value
            width = inner.getwidth()[0] if direction < 0 else 0
            hole = self._hole()
            self._sequence(inner, flags)
            code.append(("end",))
            code[hole] = ("look", kind is _constants.ASSERT_NOT, width, len(code))
        elif kind is _constants.GROUPREF:
            code.append(("same", value))
        elif kind is _constants.FAILURE:
            code.append(("fail",))
        else:
            raise NotImplementedError(kind)

    def _repeat(
        self, least: int, most: Any, body: Any, flags: int, *, lazy: bool, known_as: int
    ) -> None:
        code = self.code
        if len(body) == 1 and body[0][0] in _SINGLE:
            self.tests.append(_Test(*body[0], flags, self.tree.state.str))
            self._repeats[known_as] = [len(code)]
            code.append(
                ("run", self.tests[-1], least, None if most is _constants.MAXREPEAT else most, lazy)
            )
            return
        for _ in range(least):
            self._sequence(body, flags)
        if most is _constants.MAXREPEAT:
            self._registers += 1
            register = f"loop {self._registers}"
            split = self._hole()
            self._repeats[known_as] = [split]
            code.append(("set", register))
            self._sequence(body, flags)
            code.append(("unmoved", register, len(code) + 2))
            code.append(("jump", split))
            code[split] = ("split", *_order(split + 1, len(code), lazy=lazy))
            return
        holes = []
        for _ in range(int(most) - least):
            holes.append(self._hole())
            self._sequence(body, flags)
        self._repeats[known_as] = holes
        for hole in holes:
            code[hole] = ("split", *_order(hole + 1, len(code), lazy=lazy))

    def _hole(self) -> int:
        """The place of an instruction that is filled in when its target is known."""
        self.code.append(("fail",))
        return len(self.code) - 1


def single_test(kind: Any, value: Any, stepping: SteppingPattern[Any]) -> _Test:
    """What a class of characters of a pattern accepts, with the flags of the whole pattern."""
    return _Test(kind, value, stepping.flags, stepping.tree.state.str)


class _Test:
    """What one character is compared with; ``re`` itself decides, once for each character."""

    def __init__(self, kind: Any, value: Any, flags: int, pattern: str | bytes) -> None:
        self.is_class = kind is not _constants.LITERAL
        self._pattern = _compiled(kind, value, flags, pattern)
        self.known: dict[Any, bool] = {}

    def accepts(self, char: Any) -> bool:
        known = self.known.get(char)
        if known is None:
            known = self.known[char] = bool(char) and bool(self._pattern.match(char))
        return known


def _compiled(kind: Any, value: Any, flags: int, pattern: str | bytes) -> Any:
    state = _parser.State()
    state.flags, state.str = flags & ~_constants.SRE_FLAG_DEBUG, pattern
    state.flags &= ~_constants.SRE_FLAG_UNICODE if isinstance(pattern, bytes) else -1
    return _compiler.compile(_parser.SubPattern(state, [(kind, value)]), state.flags)


def _order(body: int, after: int, *, lazy: bool) -> tuple[int, int]:
    return (after, body) if lazy else (body, after)


def _value(registers: Any, key: object) -> Any:
    while registers is not None:
        if registers[0] == key:
            return registers[1]
        registers = registers[2]
    return None
