"""Rules about replaced instructions."""

from __future__ import annotations

from itertools import pairwise

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction


@rule(
    "DF603",
    severity=Severity.WARNING,
    aliases=("DL4003", "MultipleInstructionsDisallowed"),
    fix="safe",
)
def overridden_cmd(stage: Stage) -> Iterator[Finding]:
    """CMD is overridden by a later CMD in the same stage.

    Only the last CMD of a stage counts; what an earlier one says is never started.

    Bad::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "migrate.py"]
    #^^
    CMD ["python", "serve.py"]
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "serve.py"]
    ```

    Good (each stage has its own)::

    ```dockerfile
    FROM python:3.13 AS worker
    CMD ["python", "work.py"]
    FROM python:3.13
    CMD ["python", "serve.py"]
    ```

    How to fix: remove the earlier one; start what both did from a script.

    Fix safety: safe; the line has no effect.

    Source: Docker documentation, build check "MultipleInstructionsDisallowed".
    """
    return _superseded(stage, "CMD")


@rule(
    "DF604",
    severity=Severity.ERROR,
    aliases=("DL4004", "MultipleInstructionsDisallowed"),
    fix="safe",
)
def overridden_entrypoint(stage: Stage) -> Iterator[Finding]:
    """ENTRYPOINT is overridden by a later one in the same stage.

    Only the last ENTRYPOINT of a stage counts; what an earlier one says is never started.

    Bad::

    ```dockerfile
    FROM python:3.13
    ENTRYPOINT ["python", "migrate.py"]
    #^^^^^^^^^
    ENTRYPOINT ["python", "serve.py"]
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    ENTRYPOINT ["python", "serve.py"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    ENTRYPOINT ["python"]
    CMD ["serve.py"]
    ```

    How to fix: remove the earlier one; start what both did from a script.

    Fix safety: safe; the line has no effect.

    Source: Docker documentation, build check "MultipleInstructionsDisallowed".
    """
    return _superseded(stage, "ENTRYPOINT")


@rule(
    "DF605",
    severity=Severity.ERROR,
    aliases=("DL3012", "MultipleInstructionsDisallowed"),
    fix="safe",
)
def overridden_health_check(stage: Stage) -> Iterator[Finding]:
    """HEALTHCHECK is overridden by a later one in the same stage.

    Only the last HEALTHCHECK of a stage counts; what an earlier one asks for is never checked.

    Bad::

    ```dockerfile
    FROM python:3.13
    HEALTHCHECK CMD ["python", "check_db.py"]
    #^^^^^^^^^^
    HEALTHCHECK CMD ["python", "check.py"]
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    HEALTHCHECK CMD ["python", "check.py"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    HEALTHCHECK CMD ["python", "check.py"]
    ```

    How to fix: remove the earlier one; check both in one script.

    Fix safety: safe; the line has no effect.

    Source: Docker documentation, build check "MultipleInstructionsDisallowed".
    """
    return _superseded(stage, "HEALTHCHECK")


@rule("DF606", severity=Severity.WARNING, aliases=("DL4003", "DL4004", "DL3012"), default=False)
def overriding_instruction(stage: Stage) -> Iterator[Finding]:
    """CMD, ENTRYPOINT or HEALTHCHECK overrides an earlier one.

    The other end of several-cmd, several-entrypoint and several-healthcheck, for those who are used to
    see it at the later line. It is off, as each would be reported twice.

    Bad::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "migrate.py"]
    CMD ["python", "serve.py"]
    #^^
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "serve.py"]
    ```

    How to fix: remove the earlier one.

    Source: Docker documentation, Dockerfile reference, "CMD" ("only the last one takes effect").
    """
    codes = {"CMD": "DL4003", "ENTRYPOINT": "DL4004", "HEALTHCHECK": "DL3012"}
    for keyword, code in codes.items():
        found = stage.of(keyword)
        for earlier, later in pairwise(found):
            text = f"This {keyword} replaces the one on line {earlier.line}, which is never used. Remove that."
            yield Finding.at(later.keyword_word, text, aliases=(code,))


def _superseded(stage: Stage, keyword: str) -> Iterator[Finding]:
    """One finding for each instruction of that keyword but the last."""
    found = stage.of(keyword)
    for one in found[:-1]:
        last = found[-1]
        text = f"This {keyword} has no effect: the one on line {last.line} replaces it. Remove it."
        yield Finding.at(
            one.keyword_word,
            text,
            fix=Fix(f"Remove the {keyword} without effect", [_removed(one)], safe=True),
            aliases=("MultipleInstructionsDisallowed",),
            related=(Related(last.keyword_word, "the one that counts"),),
        )


def _removed(instruction: Instruction) -> Edit:
    """Delete the lines of an instruction."""
    source = instruction.source
    return Edit(source.offset(instruction.line), source.offset(instruction.end_line + 1), "")
