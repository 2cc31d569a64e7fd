"""Which scripts ShellCheck gets, and as which shell."""

from __future__ import annotations

import pytest

from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.shellcheck.scripts import CheckedScript, scripts_of
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source


def scripts(text: str, *, thorough: bool = False) -> list[CheckedScript]:
    return scripts_of(Dockerfile(Document(Source(text))), thorough=thorough)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("FROM debian:12\nRUN a\n", "#!/bin/dash", id="debian"),
        pytest.param("FROM alpine:3.22\nRUN a\n", "#!/bin/busybox sh", id="alpine"),
        pytest.param("FROM fedora:43\nRUN a\n", "#!/bin/bash", id="fedora"),
        pytest.param("FROM x\nRUN a\n", "#!/bin/sh", id="unknown"),
        pytest.param("FROM debian:12 AS b\nFROM b\nRUN a\n", "#!/bin/dash", id="stage"),
        pytest.param('FROM x\nSHELL ["/bin/bash", "-c"]\nRUN a\n', "#!/bin/bash", id="SHELL"),
        pytest.param(
            'FROM x AS b\nSHELL ["/bin/ksh", "-c"]\nFROM b\nRUN a\n', "#!/bin/ksh", id="inherited"
        ),
        pytest.param("FROM x\nRUN <<E\n#!/bin/bash\na\nE\n", "#!/bin/bash", id="heredoc"),
        pytest.param("FROM x\nONBUILD RUN a\n", "#!/bin/sh", id="onbuild"),
    ],
)
def test_shell(text: str, first: str) -> None:
    (script,) = scripts(text)
    assert script.text.split("\n")[0] == first


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('FROM x\nRUN ["a"]\n', id="array"),
        pytest.param('FROM x\nSHELL ["powershell", "-c"]\nRUN a\n', id="powershell"),
        pytest.param("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN a\n", id="windows"),
        pytest.param("FROM x\nRUN <<E\n#!/usr/bin/env python3\na\nE\n", id="python"),
        pytest.param("FROM x\nRUN a {{ b }}\n", id="template"),
        pytest.param("FROM x\nCMD a\n", id="cmd"),
    ],
)
def test_what_it_does_not_get(text: str) -> None:
    assert scripts(text) == []


def test_variables_of_the_build_are_set() -> None:
    text = "ARG G\nFROM x AS b\nARG A\nENV B=1\nFROM b\nARG C\nRUN a $B $C\nARG LATER\n"
    (script,) = scripts(text)
    assert script.text == "#!/bin/sh\nexport B=1 C=1\na $B $C"
    assert script.lines == 2
    (script,) = scripts(text, thorough=True)
    assert " A=1 B=1 C=1\n" in script.text
    assert "LATER" not in script.text
    assert "G=1" not in script.text


def test_without_a_variable_nothing_is_set() -> None:
    (script,) = scripts("FROM x\nARG A\nRUN a\n")
    assert script.text == "#!/bin/sh\na"
