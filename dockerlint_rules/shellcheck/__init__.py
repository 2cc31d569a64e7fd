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

    __slots__ = ("_call", "_path", "_places", "_scripts", "_thorough", "problem")

    def __init__(self, dockerfiles: Iterable[Dockerfile], *, thorough: bool = False) -> None:
        """With *thorough*, its notes as well, and the checks that need data flow analysis."""
        self.problem: str | None = None
        self._scripts: dict[int, list[CheckedScript]] = {}
        self._places: dict[str, int] = {}  # equal scripts are checked once
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
            self._call = self._start(self._places)

    def _start(self, scripts: Iterable[str]) -> Call | None:
        """Start a call; None where it is known that the program does not work."""
        from dockerlint_rules.shellcheck.call import Call, known_fault

        assert self._path is not None
        if known_fault(self._path) is not None:
            return None
        return Call(self._path, list(scripts), thorough=self._thorough)

    def findings(self, dockerfile: Dockerfile) -> list[Finding]:
        """ShellCheck's findings on a file of the batch; waits until ShellCheck is done."""
        self.problem = None
        scripts = self._scripts.get(id(dockerfile))
        if not scripts:
            return []
        if self._path is None:
            self.problem = MISSING
            return []
        comments = self._comments_of(scripts, self._path)
        if not comments:
            return []
        from dockerlint_rules.shellcheck.findings import findings_of

        found: list[Finding] = []
        for one in scripts:
            found += findings_of(one, comments.get(one.text, ()))
        return found

    def _comments_of(self, scripts: list[CheckedScript], path: str) -> dict[str, list[Any]]:
        """ShellCheck's comments on scripts, by their text.

        One script must not cost the other files their findings: where the call for all has failed, there is one for
        each file.
        """
        from dockerlint_rules.shellcheck.call import known_fault

        texts = dict.fromkeys(one.text for one in scripts)
        if self._call is not None and self._is_done(self._call, path):
            comments = self._call.comments()
            return {text: comments.get(self._places[text], []) for text in texts}
        fault = known_fault(path)
        if fault is not None or (self._call is not None and self._call.is_general):
            self.problem = fault or (self._call.problem if self._call is not None else None)
        elif len(texts) > MOST_SCRIPTS:
            self.problem = FileProblem(
                f"ShellCheck does not check this file, because it has more than {MOST_SCRIPTS} scripts"
            )
        elif self._call is not None and self._call.problem and len(self._scripts) == 1:
            self.problem = FileProblem(self._call.problem)
        else:
            return self._check_alone(list(texts), path)
        return {}

    def _check_alone(self, texts: list[str], path: str) -> dict[str, list[Any]]:
        call = self._start(texts)
        assert call is not None
        try:
            if self._is_done(call, path):
                return {texts[number]: found for number, found in call.comments().items()}
        finally:
            call.close()
        self.problem = call.problem if call.is_general else FileProblem(call.problem or "")
        return {}

    def _is_done(self, call: Call, path: str) -> bool:
        """Wait for a call; whether there was no problem with it."""
        from dockerlint_rules.shellcheck.call import general_fault

        call.comments()
        if call.problem is not None and not call.is_general:
            # Is it the scripts, or the program?
            fault = general_fault(path)
            if fault is not None:
                call.problem, call.is_general = fault, True
        return call.problem is None

    def close(self) -> None:
        """End the program and remove its files, in every case."""
        if self._call is not None:
            self._call.close()
