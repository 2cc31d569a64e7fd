"""Where instructions use variables that nothing in their stage sets."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Fix
from dockerlint_rules.syntax.dockerfile.instructions import (
    Add,
    Arg,
    Copy,
    Env,
    Label,
    Onbuild,
    Run,
)
from dockerlint_rules.syntax.source import Span
from dockerlint_rules.syntax.spelling import edit_distance, nearest
from dockerlint_rules.syntax.word_variables import variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word
    from dockerlint_rules.syntax.word_variables import VariableUse


# Arguments of BuildKit's own scanner, which its check ignores too.
_EXEMPT_PREFIX = "BUILDKIT_SBOM_SCAN_"
# Unset names of a file that are compared with the known ones, each with every known name.
_MOST_COMPARED = 50
# Instructions whose text BuildKit leaves to a shell or to the container, or that another rule checks (FROM).
_NOT_EXPANDED = ("CMD", "ENTRYPOINT", "SHELL", "HEALTHCHECK", "MAINTAINER", "FROM")


class UnsetUse:
    """A use of a variable that nothing in the stage sets.

    *near* is the most similar name that is set.  *is_in_heredoc* is True in the text of a heredoc that
    becomes a file.  *is_intended* is True if the file allows for an unset variable: with a default, or in
    the variable's own value.
    """

    __slots__ = ("fix", "is_in_heredoc", "is_intended", "name", "near", "place")

    def __init__(
        self,
        name: str,
        place: Span,
        *,
        near: str | None,
        fix: Fix | None = None,
        is_intended: bool,
        is_in_heredoc: bool = False,
    ) -> None:
        self.name = name
        self.place = place
        self.near = near
        self.fix = fix
        self.is_intended = is_intended
        self.is_in_heredoc = is_in_heredoc


def global_arg_names(dockerfile: Dockerfile) -> dict[str, None]:
    """Names of the ARG instructions before the first FROM, in order."""
    names: dict[str, None] | None = dockerfile.facts.get("global-arg-names")
    if names is None:
        names = dockerfile.facts["global-arg-names"] = {
            pair.name: None
            for instruction in dockerfile.global_instructions
            if isinstance(instruction, Arg)
            for pair in instruction.pairs
        }
    return names


class _Known:
    """The names that are set or declared where an instruction begins."""

    __slots__ = ("instruction", "stage")

    def __init__(self, stage: Stage, instruction: Instruction) -> None:
        self.stage = stage
        self.instruction = instruction

    def __contains__(self, name: object) -> bool:
        return name == "PATH" or self.stage.scope.is_declared(self.instruction, str(name))

    def __iter__(self) -> Iterator[str]:
        return (name for name in ("PATH", *self.stage.scope.names()) if name in self)


def unset_names(
    word: Word, text: str, instruction: Instruction, known: Container[str]
) -> Iterator[tuple[str, Span]]:
    """Names that a text of the word uses and that are not known, each with its place in the file.

    The place is the whole word if the text is not in the file as it is, such as a JSON item with escapes.
    """
    at = instruction.source.text[word.start : word.end].find(text)
    for use in variables(text, instruction.escape):
        if use.name in known or not use.name:
            continue
        if at >= 0:
            yield use.name, Span(word.start + at + use.start, word.start + at + use.end)
        else:
            yield use.name, Span(word.start, word.end)


def unset_uses(stage: Stage) -> list[UnsetUse]:
    """All uses of variables in a stage that nothing in the file sets, in order."""
    uses: list[UnsetUse] | None = stage.facts.get("unset-uses")
    if uses is not None:
        return uses
    uses = []
    for instruction in stage.instructions:
        known = _Known(stage, instruction)
        if not instruction.errors and "$" in instruction.logical.text:
            for word, text, own_name in _expanded_texts(instruction):
                uses += _unset_uses_in_word(instruction, word, text, known, own_name)
        if instruction.heredocs and not instruction.errors and isinstance(instruction, Copy | Add):
            uses += _unset_uses_in_heredocs(instruction, known)
    stage.facts["unset-uses"] = uses
    return uses


def _unset_uses_in_word(
    instruction: Instruction, word: Word, text: str, known: _Known, own_name: str | None
) -> Iterator[UnsetUse]:
    """The unset uses in a text; *own_name* is the variable whose value the text is."""
    reported = set()
    without_default: set[str] | None = None
    for name, place in unset_names(word, text, instruction, known):
        if name in reported or name.startswith(_EXEMPT_PREFIX) or not _is_plain_name(name):
            continue
        reported.add(name)
        near = _nearest_known(instruction, name, known)
        fix = None
        # perf: a use whose default holds other uses may be as long as the text.
        written = instruction.source.text[place.start : min(place.end, place.start + len(name) + 4)]
        if near and _is_typing_error(name, near) and written in (f"${name}", f"${{{name}}}"):
            corrected = f"${{{near}}}" if written[1] == "{" else f"${near}"
            fix = Fix(f"Replace with '{corrected}'", [Edit.replace(place, corrected)], safe=False)
        if without_default is None:
            without_default = {
                use.name for use in variables(text, instruction.escape) if not _has_default(use)
            }
        is_intended = name == own_name or name not in without_default
        yield UnsetUse(name, place, near=near, fix=fix, is_intended=is_intended)


def _unset_uses_in_heredocs(instruction: Instruction, known: _Known) -> Iterator[UnsetUse]:
    """Uses in heredocs that become files: BuildKit expands them unless the heredoc's name is quoted."""
    for heredoc in instruction.heredocs:
        if not heredoc.expand or "$" not in heredoc.content:
            continue
        reported = set()
        for use in variables(heredoc.content, "\\", skip_quotes=True):
            if use.name in known or use.name in reported or not _is_plain_name(use.name):
                continue
            reported.add(use.name)
            yield UnsetUse(
                use.name,
                Span(heredoc.start + use.start, heredoc.start + use.end),
                near=_nearest_known(instruction, use.name, known),
                is_intended=_has_default(use),
                is_in_heredoc=True,
            )


def _is_plain_name(name: str) -> bool:
    """Whether a name starts like one that ARG or ENV can set, unlike ``$1`` and ``$@``."""
    return name[:1].isalpha() or name[:1] == "_"


def _has_default(use: VariableUse) -> bool:
    """Whether the use says what happens if the variable is unset: ``${X:-1}``, ``${X+1}``, ``${X?error}``."""
    return use.operator != "" and use.operator.lstrip(":") in ("-", "+", "?")


def _nearest_known(instruction: Instruction, name: str, known: Iterable[str]) -> str | None:
    """The most similar known name; None after the first unset names of a file."""
    if instruction.stage is None:
        return None
    facts = instruction.stage.dockerfile.facts
    count = facts["names-compared"] = facts.get("names-compared", 0) + 1
    return nearest(name, known) if count <= _MOST_COMPARED else None


def _is_typing_error(name: str, near: str) -> bool:
    """Whether one letter is wrong or two are swapped: ``PROT`` is PORT, but HOST may be intended."""
    return edit_distance(name, near, 3) == 1 or sorted(name) == sorted(near)


def _expanded_texts(instruction: Instruction) -> Iterator[tuple[Word, str, str | None]]:
    """The texts of an instruction in which BuildKit expands variables.

    Each with the word that contains it, and with the name of the variable whose value it is.
    """
    if isinstance(instruction, Run):
        for flag in instruction.flags_named("mount"):
            if "$" in flag.value:
                yield flag, flag.value, None
        return
    if isinstance(instruction, Onbuild) or instruction.keyword in _NOT_EXPANDED:
        return
    if isinstance(instruction, Env | Label | Arg):
        for pair in instruction.pairs:
            if not isinstance(instruction, Arg):
                yield pair.key, pair.key.text, None
            if pair.value is not None:
                own_name = None if isinstance(instruction, Label) else pair.name
                yield pair.value, pair.value.text, own_name
        return
    if isinstance(instruction, Copy | Add):
        for flag in instruction.flags:
            if flag.name in ("chown", "chmod", "checksum"):
                yield flag, flag.value, None
    for word in instruction.words:
        yield word, word.text, None
