"""A script that the shell's grammar cannot read is an error, and not silently without findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import dockerlint

from dockerlint_rules.syntax.shell import grammar

HOPELESS = "if " + "a | " * (grammar.MOST_PIPES + 1)


@pytest.mark.parametrize(
    "instruction",
    [
        f"RUN {HOPELESS}",
        f'CMD ["sh", "-c", "{HOPELESS}"]',
        f"RUN sh -c '{HOPELESS}'",
        f"ONBUILD RUN {HOPELESS}",
        f"RUN <<EOF\n{HOPELESS}\nEOF",
    ],
    ids=["run", "exec-form", "inner", "onbuild", "heredoc"],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, instruction: str) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM debian:latest\n{instruction}\n")
    done = dockerlint("--isolated", "--no-shellcheck", "Dockerfile", cwd=tmp_path)
    assert b"DF102" in done.stdout
    assert done.stderr.splitlines()[-1].startswith(
        b"dockerlint: Dockerfile: line 2: this script is too complex to be read"
    )
    assert done.returncode == 2


@pytest.mark.parametrize("text", [">" * 5000, "<>" * 2500, ">&" * 2500, "a=(" * 2000])
def test_what_takes_the_grammar_quadratic_time_is_not_tried(text: str) -> None:
    with pytest.raises(grammar.TooComplex):
        grammar.read_grammar(f"a {text}")


def test_many_pipes_in_a_plain_script_are_read(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        f"FROM debian:13\nRUN {'a | ' * (grammar.MOST_PIPES + 1)}sudo b\n"
    )
    done = dockerlint(
        "--isolated", "--no-shellcheck", "--select", "DF508", "Dockerfile", cwd=tmp_path
    )
    assert done.returncode in (0, 1), done.stderr


def test_the_time_limit_is_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "PATIENCE", -1.0)
    with pytest.raises(grammar.TooComplex):
        grammar.read_grammar("if a; then b; fi\n" * 2000)
    monkeypatch.undo()
    commands, error = grammar.read_grammar("if a; then b; fi\n" * 2000)
    assert len(commands) == 4000
    assert not error
