"""Which variables a word uses, and where."""

from __future__ import annotations

from dockerlint_rules.syntax.words import ExpansionError, Lexer, Substitution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class VariableUse:
    """One ``$x`` or ``${x…}``, from *start* to *end* in the text.

    *operator* is "" or one of ``- + ?``, the same after a colon, ``# ## % %% / //``.
    """

    __slots__ = ("_text", "_word_start", "end", "name", "operator", "start")

    def __init__(
        self,
        name: str,
        start: int,
        end: int,
        operator: str = "",
        text: str = "",
        word_start: int = 0,
    ) -> None:
        self.name = name
        self.start = start
        self.end = end
        self.operator = operator
        # perf: copying the words of nested uses would take quadratic time and memory.
        self._text = text
        self._word_start = word_start

    @property
    def word(self) -> str | None:
        """What follows the operator, as written (for ``/`` both parts with the slash between), or None."""
        return self._text[self._word_start : self.end - 1] if self.operator else None

    def __repr__(self) -> str:
        return f"VariableUse({self.name!r}, {self.start}, {self.end}, {self.operator!r}, {self.word!r})"


def variables(text: str, escape: str = "\\", *, skip_quotes: bool = False) -> list[VariableUse]:
    """The uses of variables in order of their start, nested ones included.

    *skip_quotes* is for the body of a heredoc, as in ``expand_and_split``.  Never raises: reading stops at the
    first error, and an unclosed ``${`` does not count as a use.
    """
    if "$" not in text:
        return []
    finder = _Finder(text, {}, escape)
    finder.skip_quotes = skip_quotes
    try:
        finder.run()
    except ExpansionError:
        return sorted(finder.uses, key=_start_of)  # uses found before the error
    return sorted(finder.uses, key=_start_of)


def _start_of(use: VariableUse) -> int:
    return use.start


class _Finder(Lexer):
    """Records each use of a variable instead of its value."""

    __slots__ = ("uses",)

    def __init__(self, text: str, env: Mapping[str, str], escape: str) -> None:
        super().__init__(text, env, escape)
        self.uses: list[VariableUse] = []

    def _value(self, name: str, start: int) -> str:
        self.uses.append(VariableUse(name, start, self._at))
        return ""

    def _substitute(self, substitution: Substitution, word: str) -> str:
        operator = substitution.operator
        start = substitution.word_start
        if operator in ("#", "%") and self._text.startswith(operator, start, self._at - 1):
            operator += operator
            start += 1
        elif operator[0] == ":" and operator[1] not in "-+?":
            raise self._error(f"unsupported modifier ({operator}) in substitution")
        use = VariableUse(
            substitution.name, substitution.start, self._at, operator, self._text, start
        )
        self.uses.append(use)
        return ""
