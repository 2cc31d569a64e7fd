"""ShellCheck for the scripts of RUN: one process for a batch of files, findings at their place in the Dockerfile.

``scripts.py`` decides which scripts are checked and as which shell, ``program.py`` finds and runs the program,
``findings.py`` maps its findings to the Dockerfile.  ShellCheck is a separate program (GPL) that is only called.
"""

from __future__ import annotations

from dockerlint_rules.shellcheck import program
from dockerlint_rules.shellcheck.scripts import scripts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.shellcheck.scripts import CheckedScript

MISSING = "missing"
WIKI = "https://www.shellcheck.net/wiki/{code}"


class Batch:
    """The scripts of some files, checked in the background: make a batch, lint, then ask it for findings.

    ``problem`` is None, ``MISSING`` where there is no ShellCheck, or a sentence that says what went wrong.
    """

    __slots__ = ("_call", "_places", "_scripts", "problem")

    def __init__(self, dockerfiles: Iterable[Dockerfile], *, thorough: bool = False) -> None:
        """With *thorough*, its notes as well, and the checks that need data flow analysis."""
        self.problem: str | None = None
        self._scripts: dict[int, list[CheckedScript]] = {}
        self._places: dict[str, int] = {}  # equal scripts are checked once
        self._call: program.Call | None = None
        for dockerfile in dockerfiles:
            scripts = scripts_of(dockerfile, thorough=thorough)
            if scripts:
                self._scripts[id(dockerfile)] = scripts
                for one in scripts:
                    self._places.setdefault(one.text, len(self._places))
        if not self._places:
            return
        path = program.find_program()
        if path is None:
            self.problem = MISSING
            return
        self._call = program.Call(path, list(self._places), thorough=thorough)

    def findings(self, dockerfile: Dockerfile) -> list[Finding]:
        """ShellCheck's findings on a file of the batch; waits until ShellCheck is done."""
        scripts = self._scripts.get(id(dockerfile))
        if not scripts or self._call is None:
            return []
        comments = self._call.comments()
        self.problem = self._call.problem
        if not comments:
            return []
        from dockerlint_rules.shellcheck.findings import findings_of

        found: list[Finding] = []
        for one in scripts:
            found += findings_of(one, comments.get(self._places[one.text], ()))
        return found

    def wait(self) -> None:
        """Wait until ShellCheck is done, so that asking for findings takes no longer than reading them."""
        if self._call is not None:
            self._call.comments()

    def close(self) -> None:
        """End the program and remove its files, in every case."""
        if self._call is not None:
            self._call.close()
