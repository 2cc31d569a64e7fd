"""ShellCheck for the scripts of RUN: one process for a batch of files, findings at their place in the Dockerfile.

``scripts.py`` decides which scripts are checked and as which shell, ``program.py`` finds the program and ends what
runs, ``call.py`` makes one call, ``findings.py`` maps its findings to the Dockerfile.  ShellCheck is a separate program
(GPL) that is only called.
"""

from __future__ import annotations

from dockerlint_rules.shellcheck import program
from dockerlint_rules.shellcheck.scripts import scripts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.shellcheck.call import Call
    from dockerlint_rules.shellcheck.scripts import CheckedScript

MISSING = "missing"
WIKI = "https://www.shellcheck.net/wiki/{code}"
MOST_SCRIPTS = 10_000  # different ones, in one call


class FileProblem(str):
    """What went wrong with the scripts of one file only, such as one that ShellCheck takes too long for."""

    __slots__ = ()


class Batch:
    """The scripts of some files, checked in the background: make a batch, lint, then ask it for findings.

    ``problem`` is about the file that ``findings`` was last called for.  It is None, ``MISSING`` where there is no
    ShellCheck, or a sentence that says what went wrong: a FileProblem, or one about the program.
    """

    __slots__ = (
        "_call",
        "_comments",
        "_path",
        "_places",
        "_problems",
        "_scripts",
        "_thorough",
        "problem",
    )

    def __init__(self, dockerfiles: Iterable[Dockerfile], *, thorough: bool = False) -> None:
        """With *thorough*, its notes as well, and the checks that need data flow analysis."""
        self.problem: str | None = None
        self._scripts: dict[int, list[CheckedScript]] = {}  # by id of the file
        self._problems: dict[int, str] = {}
        self._places: dict[str, int] = {}  # equal scripts are checked once
        self._comments: dict[str, list[Any]] | None = None  # by script
        self._call: Call | None = None
        self._path: str | None = None
        self._thorough = thorough
        for dockerfile in dockerfiles:
            scripts = scripts_of(dockerfile, thorough=thorough)
            if scripts:
                self._scripts[id(dockerfile)] = scripts
                for one in scripts:
                    self._places.setdefault(one.text, len(self._places))
        if not self._places:
            return
        self._path = program.find_program()
        if self._path is not None and len(self._places) <= MOST_SCRIPTS:
            self._call = self._start(self._places, self._path)

    def _start(self, scripts: Iterable[str], path: str) -> Call | None:
        """Start a call; None where it is known that the program does not work."""
        from dockerlint_rules.shellcheck.call import Call, known_fault

        if known_fault(path) is not None:
            return None
        return Call(path, list(scripts), thorough=self._thorough)

    def findings(self, dockerfile: Dockerfile) -> list[Finding]:
        """ShellCheck's findings on a file of the batch; waits until ShellCheck is done."""
        self.wait()
        self.problem = self._problems.get(id(dockerfile))
        scripts = self._scripts.get(id(dockerfile))
        if not scripts or not self._comments:
            return []
        from dockerlint_rules.shellcheck.findings import findings_of

        found: list[Finding] = []
        for one in scripts:
            found += findings_of(one, self._comments.get(one.text, ()))
        return found

    def wait(self) -> None:
        """Wait until ShellCheck is done, so that asking for findings takes no longer than reading them.

        One script must not cost the other files their findings: where the call for all files has failed, there is one
        for each file.
        """
        if self._comments is not None:
            return
        self._comments = {}
        if self._places and self._path is None:
            self._problems = dict.fromkeys(self._scripts, MISSING)
        elif self._path is not None and not self._take(self._call, [*self._places], self._path):
            for file, scripts in self._scripts.items():
                problem = self._check_alone(
                    [*dict.fromkeys(one.text for one in scripts)], self._path
                )
                if problem is not None:
                    self._problems[file] = problem

    def _check_alone(self, texts: list[str], path: str) -> str | None:
        """Check the scripts of one file; the problem, if there is one."""
        from dockerlint_rules.shellcheck.call import known_fault

        call = self._call
        if len(texts) > MOST_SCRIPTS:
            return FileProblem(
                f"ShellCheck does not check this file, because it has more than {MOST_SCRIPTS} scripts"
            )
        if len(self._scripts) > 1 and not (call is not None and call.is_general):
            call = self._start(
                texts, path
            )  # else it was alone in its call, or the others would fail as well
            try:
                if self._take(call, texts, path):
                    return None
            finally:
                if call is not None:
                    call.close()
        if call is None or call.problem is None:
            return known_fault(path)
        return call.problem if call.is_general else FileProblem(call.problem)

    def _take(self, call: Call | None, texts: list[str], path: str) -> bool:
        """Take the comments of a call; whether there was no problem with it."""
        from dockerlint_rules.shellcheck.call import general_fault

        if call is None:
            return False
        comments = call.comments()
        if call.problem is not None:
            # Is it the scripts, or the program?
            fault = None if call.is_general else general_fault(path)
            if fault is not None:
                call.problem, call.is_general = fault, True
            return False
        assert self._comments is not None
        self._comments.update((texts[number], found) for number, found in comments.items())
        return True

    def close(self) -> None:
        """End the program and remove its files, in every case."""
        if self._call is not None:
            self._call.close()
