"""Exec form that needs a shell, or holds the whole command in one string."""

from __future__ import annotations

import pytest
from one_rule import lines

VARIABLES = {
    "cmd": ('CMD ["a", "$B"]', [2]),
    "lower-case": ('cmd ["a", "${B}/c"]', [2]),
    "run": ('RUN ["a", "$B"]', [2]),
    "continued": ('CMD ["a", \\\n  "$B"]', [3]),
    "default": ('ENTRYPOINT ["a", "${B:-c}"]', [2]),
    "shell": ('CMD ["sh", "-c", "a $B"]', []),
    "env": ('CMD ["/usr/bin/env", "a", "$B"]', []),
    "entrypoint": ('ENTRYPOINT ["a"]\nCMD ["$B"]', []),
    "spring": ('ENTRYPOINT ["java", "-Dport=${PORT:8080}"]', []),
    "dollar": ('ENTRYPOINT ["a", "5$", "$1"]', []),
    "shell-form": ("CMD a $B", []),
    "windows": ('SHELL ["cmd", "/S", "/C"]\nRUN ["a", "$B"]', []),
}


@pytest.mark.parametrize(("text", "found"), VARIABLES.values(), ids=VARIABLES)
def test_df634_variable(text: str, found: list[int]) -> None:
    assert lines("DF634", f"FROM python:3.13\n{text}\n") == found


def test_df634_base_image_may_have_an_entrypoint() -> None:
    assert lines("DF634", 'FROM team/app:1\nCMD ["a", "$B"]\n') == []
    assert lines("DF634", 'FROM team/app:1\nENTRYPOINT ["a", "$B"]\n') == [2]


OPERATORS = {
    "and": ('CMD ["a", "&&", "b"]', [2]),
    "lower-case": ('entrypoint ["a", ">", "b"]', [2]),
    "only-the-first": ('CMD ["a", "|", "b", ";", "c"]', [2]),
    "continued": ('RUN ["a", \\\n  "||", "b"]', [3]),
    "first-word": ('CMD ["&&"]', []),
    "part-of-a-word": ('CMD ["a", "b&&c"]', []),
    "shell": ('CMD ["bash", "-c", "a", "&&"]', []),
    "shell-form": ("CMD a && b", []),
}


@pytest.mark.parametrize(("text", "found"), OPERATORS.values(), ids=OPERATORS)
def test_df635_operator(text: str, found: list[int]) -> None:
    assert lines("DF635", f"FROM team/app:1\n{text}\n") == found


STRINGS = {
    "cmd": ('CMD ["npm start"]', [2]),
    "lower-case": ('cmd ["npm start"]', [2]),
    "run": ('RUN ["npm ci"]', [2]),
    "health-check": ('HEALTHCHECK --retries=2 CMD ["curl -f u"]', [2]),
    "two-items": ('CMD ["npm", "run start"]', []),
    "path": ('CMD ["/opt/my app/run"]', []),
    "relative-path": ('CMD ["./my app"]', []),
    "assignment": ('CMD ["A=1 npm start"]', []),
    "entrypoint": ('ENTRYPOINT ["a"]\nCMD ["npm start"]', []),
    "shell-form": ("CMD npm start", []),
}


@pytest.mark.parametrize(("text", "found"), STRINGS.values(), ids=STRINGS)
def test_df636_string(text: str, found: list[int]) -> None:
    assert lines("DF636", f"FROM node:24\n{text}\n") == found


def test_df636_base_image_may_have_an_entrypoint() -> None:
    assert lines("DF636", 'FROM team/app:1\nCMD ["npm start"]\n') == []
