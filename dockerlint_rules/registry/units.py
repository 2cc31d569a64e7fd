"""Units: what a rule can ask for by naming a parameter, and how often each makes the engine call it.

The finest unit among a rule's parameters says how often the rule is called:

===================  ===========================================================
``install``          each package-manager call inside a RUN
``command``          each simple command inside a RUN
``run``, ``copy`` …  each instruction of that keyword
``instruction``      each instruction (``on=("COPY", "ADD")`` narrows it)
``comment``          each comment line
``physical_line``    each line of the file
``stage``            each build stage
``dockerfile``       the file
``service``          each service of a Compose file, each container of a Dockerrun.aws.json
``deployment``       such a file
``scripts``          ShellCheck's findings on the file's scripts (only for the rule ``SC``)
``ignores``          the file's ignore comments, after all other rules have run
===================  ===========================================================

A rule may also name the coarser units around its unit, and everything in ``CONTEXT``.  ``total_lines``,
``checker_state`` (a mapping for this rule and file) and ``noqa`` (always False) serve checks that were
written for flake8.
"""

from __future__ import annotations

from dockerlint_rules.syntax.kinds import DOCKERFILE, KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KEYWORD_UNITS = {
    "from_": "FROM", "run": "RUN", "copy": "COPY", "add": "ADD", "env": "ENV", "arg": "ARG", "label": "LABEL",
    "expose": "EXPOSE", "user": "USER", "workdir": "WORKDIR", "volume": "VOLUME", "cmd": "CMD",
    "entrypoint": "ENTRYPOINT", "healthcheck": "HEALTHCHECK", "shell": "SHELL", "onbuild": "ONBUILD",
    "stopsignal": "STOPSIGNAL", "maintainer": "MAINTAINER",
}  # fmt: skip
# The units of kinds of files other than Dockerfiles, each with the coarser units around it.
_AROUND_IN_KIND = {
    unit: {*kind.units[place + 1 :]}
    for kind in KINDS
    if kind is not DOCKERFILE
    for place, unit in enumerate(kind.units)
}
# Finest first.
UNITS = (
    "install", "command", *KEYWORD_UNITS, "instruction", *DOCKERFILE.units, *_AROUND_IN_KIND, "scripts", "ignores",
)  # fmt: skip
CONTEXT = (
    "filename", "lines", "source", "options", "context", "layers", "line_number", "dockerfile_parser", "total_lines",
    "checker_state", "noqa",
)  # fmt: skip

# What flake8 calls the things that a check can ask for, and what they are here.
FLAKE8_PARAMETERS = {
    "tree": "dockerfile",
    "logical_line": "instruction",
    "tokens": "source",
    "file_tokens": "source",
    "previous_logical": "stage",
}


class RuleError(Exception):
    """A rule that cannot be registered; the text says which rule, what is wrong and what to change."""


def unit_of(code: str, parameters: Sequence[str]) -> str:
    """The finest unit among a rule's parameters.

    Raises RuleError for a parameter that does not exist and for units that never exist together.
    """
    unit = ""
    for name in UNITS:
        if name in parameters:
            unit = name
            break
    else:
        unit = "physical_line" if "line_number" in parameters else "dockerfile"
    if len(parameters) > 1 or parameters != (unit,):
        _check_parameters(code, parameters, unit)
    return unit


# The coarser units that exist around a unit; everything else in a rule's parameters must be context.
_AROUND_COMMAND = {"run", "instruction", "stage", "dockerfile"}
_AROUND = {
    "install": _AROUND_COMMAND | {"command"},
    "command": _AROUND_COMMAND,
    "instruction": {"stage", "dockerfile"},
    "physical_line": {"line_number", "dockerfile"},
    **_AROUND_IN_KIND,
}
_AROUND_KEYWORD = {"instruction", "stage", "dockerfile"}
_CONTEXT = {*CONTEXT} - {"line_number"}
_CONTEXT_OF_DOCKERFILES = {"layers", "dockerfile_parser"}


def _check_parameters(code: str, parameters: Sequence[str], unit: str) -> None:
    around = _AROUND_KEYWORD if unit in KEYWORD_UNITS else _AROUND.get(unit, {"dockerfile"})
    context = _CONTEXT - _CONTEXT_OF_DOCKERFILES if unit in _AROUND_IN_KIND else _CONTEXT
    for name in parameters:
        if name == unit or name in around or name in context:
            continue
        known = (*UNITS, *CONTEXT)
        if name not in known:
            near = suggestion_for(FLAKE8_PARAMETERS.get(name) or nearest_to(name, known))
            raise RuleError(
                f"{code}: unknown parameter {name!r}{near or '.'} Known: {', '.join(known)}"
            )
        both = (
            f'ask for "instruction" with on=("{KEYWORD_UNITS[unit]}", "{KEYWORD_UNITS[name]}")'
            if unit in KEYWORD_UNITS and name in KEYWORD_UNITS
            else f"beside {unit!r} a rule can ask for {', '.join(sorted(around - {unit})) or 'no other unit'}"
        )
        raise RuleError(
            f"{code}: asks for both {unit!r} and {name!r}, which never exist together; {both}"
        )


def nearest_to(value: str, known: Iterable[str]) -> str:
    """The nearest known value whatever its case, or an empty text."""
    from dockerlint_rules.syntax.spelling import nearest  # perf: only on the way to an error

    by_lower = {one.lower(): one for one in known}
    value = value.strip().lower()
    return by_lower.get(value) or by_lower.get(nearest(value, by_lower) or "") or ""


def suggestion_for(near: str) -> str:
    """The end of a message that offers the right value; nothing when there is none."""
    return f"; did you mean {near!r}?" if near else ""
