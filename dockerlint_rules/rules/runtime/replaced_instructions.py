"""CMD, ENTRYPOINT and HEALTHCHECK that a later one overrides."""

from __future__ import annotations

from itertools import pairwise

from dockerlint_rules.findings.finding import Finding, Fix, Related, Severity
from dockerlint_rules.fixes.edits import remove_instruction
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction


@rule(
    "DF603",
    severity=Severity.WARNING,
    aliases=("DL4003", "MultipleInstructionsDisallowed"),
    fix="safe",
    words=("cmd",),
)
def overridden_cmd(stage: Stage) -> Iterator[Finding]:
    """CMD is overridden by a later CMD in the same stage.

    Only the last CMD of a stage takes effect. The command of an earlier one never runs.

    Bad::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "migrate.py"]
    #^^ This CMD has no effect because line 3 overrides it
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

    How to fix: remove the earlier CMD; to run both commands, call them from a script.

    Fix safety: safe, because the removed instruction has no effect.

    Source: Docker documentation, build check "MultipleInstructionsDisallowed".
    """
    return _overridden(stage, "CMD")


@rule(
    "DF604",
    severity=Severity.ERROR,
    aliases=("DL4004", "MultipleInstructionsDisallowed"),
    fix="safe",
    words=("entrypoint",),
)
def overridden_entrypoint(stage: Stage) -> Iterator[Finding]:
    """ENTRYPOINT is overridden by a later one in the same stage.

    Only the last ENTRYPOINT of a stage takes effect. The command of an earlier one never runs.

    Bad::

    ```dockerfile
    FROM python:3.13
    ENTRYPOINT ["python", "migrate.py"]
    #^^^^^^^^^ This ENTRYPOINT has no effect
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

    How to fix: remove the earlier ENTRYPOINT; to run both commands, call them from a script.

    Fix safety: safe, because the removed instruction has no effect.

    Source: Docker documentation, build check "MultipleInstructionsDisallowed".
    """
    return _overridden(stage, "ENTRYPOINT")


@rule(
    "DF605",
    severity=Severity.ERROR,
    aliases=("DL3012", "MultipleInstructionsDisallowed"),
    fix="safe",
    words=("healthcheck",),
)
def overridden_health_check(stage: Stage) -> Iterator[Finding]:
    """HEALTHCHECK is overridden by a later one in the same stage.

    Only the last HEALTHCHECK of a stage takes effect. The command of an earlier one never runs.

    Bad::

    ```dockerfile
    FROM python:3.13
    HEALTHCHECK CMD ["python", "check_db.py"]
    #^^^^^^^^^^ This HEALTHCHECK has no effect
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

    How to fix: remove the earlier HEALTHCHECK; to run both checks, call them from a script.

    Fix safety: safe, because the removed instruction has no effect.

    Source: Docker documentation, build check "MultipleInstructionsDisallowed".
    """
    return _overridden(stage, "HEALTHCHECK")


@rule("DF606", severity=Severity.WARNING, aliases=("DL4003", "DL4004", "DL3012"), default=False)
def overriding_instruction(stage: Stage) -> Iterator[Finding]:
    """CMD, ENTRYPOINT or HEALTHCHECK overrides an earlier one.

    This rule reports the later of the two instructions, as hadolint does; DF603, DF604 and DF605 report the earlier
    one. It is off by default because each pair would be reported twice.

    Bad::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "migrate.py"]
    CMD ["python", "serve.py"]
    #^^ This CMD overrides the one on line 2
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "serve.py"]
    ```

    How to fix: remove the earlier instruction.

    Source: Docker documentation, Dockerfile reference, "CMD" ("only the last one takes effect").
    """
    codes = {"CMD": "DL4003", "ENTRYPOINT": "DL4004", "HEALTHCHECK": "DL3012"}
    for keyword, code in codes.items():
        for earlier, later in _replaced_pairs(stage, keyword):
            yield Finding.at(
                later.keyword_word,
                f"This {keyword} overrides the one on line {earlier.line}, which has no effect. "
                "Remove the earlier one.",
                aliases=(code,),
            )


def _replaced_pairs(stage: Stage, keyword: str) -> list[tuple[Instruction, Instruction]]:
    """Each instruction of the keyword that another one follows, with that next one."""
    return list(pairwise(stage.of(keyword)))


def _overridden(stage: Stage, keyword: str) -> Iterator[Finding]:
    """A finding for each instruction of the keyword except the last."""
    pairs = _replaced_pairs(stage, keyword)
    for earlier, _ in pairs:
        last = pairs[-1][1]
        yield Finding.at(
            earlier.keyword_word,
            f"This {keyword} has no effect because line {last.line} overrides it. Remove this {keyword}.",
            fix=Fix(f"Remove the overridden {keyword}", [remove_instruction(earlier)], safe=True),
            aliases=("MultipleInstructionsDisallowed",),
            related=(Related(last.keyword_word, "takes effect"),),
        )
