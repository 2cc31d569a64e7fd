"""What is offered where, in what order, and that the file can still be read with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from counted import calls
from editor import URI, Client, linted, new_session, title_of
from hypothesis import given, settings
from hypothesis import strategies as st

from dockerlint_rules.server.completion.complete import complete
from dockerlint_rules.server.open_file import OpenFile
from dockerlint_rules.server.positions import UTF8, UTF16, IndexedText
from dockerlint_rules.server.session import Session
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source


def items(
    marked: str, trigger: str = "", session: Session | None = None, **more: Any
) -> list[dict[str, Any]]:
    """What is offered at the stroke of a text."""
    before, _, after = marked.partition("|")
    session = session or new_session()
    file = linted(before + after, session, **more)
    return complete(file, session, len(before), trigger)


def labels(marked: str, trigger: str = "", **more: Any) -> list[str]:
    return [one["label"] for one in items(marked, trigger, **more)]


def details(marked: str) -> dict[str, str]:
    return {one["label"]: one["detail"] for one in items(marked)}


def applied(marked: str, label: str | None = None) -> str:
    """The text with the first item, or the one of that label, taken over."""
    before, _, after = marked.partition("|")
    session = new_session()
    file = linted(before + after, session)
    found = complete(file, session, len(before))
    edit = next(one for one in found if label in (None, one["label"]))["textEdit"]
    assert edit["range"]["start"]["line"] == edit["range"]["end"]["line"]
    start, end = (file.text.offset(edit["range"][key]) for key in ("start", "end"))
    assert end == len(before)
    return file.text.text[:start] + edit["newText"] + file.text.text[end:]


# -- where nothing is offered ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "marked",
    [
        "FROM a\nRUN <<EOF\nec|\nEOF\n",
        "FROM a\nRUN <<EOF\nec|",
        "FROM a\nRUN <<EOF\n|",
        "FROM a\nRUN <<EOF\na\nEOF|",
        "FROM a\nRUN <<EOF\na\n EOF\nco|\nEOF\n",
        "FROM a\nRUN <<EOF\n\nFROM b\nCOPY --|",
        "FROM a\nCOPY <<EOF /x\nco|\nEOF\n",
        "FROM a\nONBUILD RUN <<EOF\nco|\nEOF\n",
        "FROM a\nRUN a && \\\n # c\n b|",
        "FROM a\nRUN a && \\\n\n b|",
        "FROM a\nRUN a && \\\n|",
        "FROM a\nRUN a && \\\n  |\n",
        "# escape=`\nFROM a\nRUN a `\n  b|",
        "FROM a\r\nRUN a \\\r\n  b|\r\n",
        "FROM a\nRUN apt-get install --|",
        "FROM a\nRUN pip install --no|",
        "FROM a\nRUN --mount=type=cache,target=/a pip --no|",
        "FROM a\nRUN ls -|",
        "FROM a\nRUN a=|",
        "FROM a\nRUN /|",
        "FROM a\nCOPY a --|",
        "FROM a\nCOPY -- --|",
        "FROM a\nHEALTHCHECK CMD curl --|",
        "FROM a\nHEALTHCHECK CMD |",
        "FROM a\nENV A=b --|",
        "FROM a AS |",
        "FROM a AS b |",
        "FROM a\nWORKDIR /|",
        "FROM a\nNOTHING --|",
        "FROM a\nSTOPSIGNAL SIGTERM |",
        "# Install what is needed, |",
        "# ---|",
        "FROM a\nRUN <<EOF\n# |\nEOF\n",
        "FROM a\nRUN --mo\\\nun|",  # one edit cannot span two lines
    ],
)
def test_nothing_is_offered(marked: str) -> None:
    assert labels(marked) == []


@pytest.mark.parametrize(
    "marked",
    [
        "FROM a\nRUN |",
        "FROM a\nRUN apt-get |",
        "FROM a\nRUN a \\\n  |",
        "FROM a\n|",
        "FROM a\n# |",
        "FROM a\n# see |",
        "FROM a\nCOPY a |",
        "FROM a\nENV |",
        "FROM a\nCMD |",
        "FROM a AS |",
        "FROM a\nRUN <<EOF\nx |\nEOF",
    ],
)
def test_nothing_pops_up_behind_a_blank(marked: str) -> None:
    assert labels(marked, " ") == []


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        ("FROM node |", "AS"),
        ("FROM a AS b\nFROM |", "b"),
        ("FROM a AS b\nFROM --platform=linux/amd64 |", "b"),
        ("FROM a\nCOPY |", "--chown="),
        ("FROM a\nONBUILD |", "RUN"),
        ("FROM a\nONBUILD HEALTHCHECK |", "CMD"),
        ("FROM a\nHEALTHCHECK --retries=3 |", "CMD"),
        ("FROM a\nSTOPSIGNAL |", "SIGTERM"),
        ("FROM a\nARG |", "BUILDPLATFORM"),
        ("# |", "syntax="),
        ("FROM a\n# dockerlint: |", "ignore="),
    ],
)
def test_what_pops_up_behind_a_blank(marked: str, first: str) -> None:
    assert labels(marked, " ")[0] == first


# -- keywords -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "wanted", "unwanted"),
    [
        ("FROM a\nco|", "copy", "COPY"),
        ("FROM a\nCO|", "COPY", "copy"),
        ("from a\n|", "copy", "COPY"),
        ("FROM a\n|", "COPY", "MAINTAINER"),
        ("|", "FROM", "RUN"),
        ("ARG A\n|", "ARG", "RUN"),
        ("# foo \\\nFR|", "FROM", "RUN"),
        ("FROM a\n# foo \\\nRU|", "RUN", "#"),
        ("FROM a\nRUN <<EOF\nEOF\n|", "RUN", "EOF"),
        ("FROM a\nRUN <<EOF\n EOF\n|", "RUN", "EOF"),
        ("FROM a\n  R|", "RUN", "--mount="),
        ("FROM a\nR|UN b\n", "RUN", "run"),
        ("\ufeffFR|", "FROM", "RUN"),
        ("FROM a\nONBUILD |", "COPY", "FROM"),
        ("FROM a\nONBUILD |", "COPY", "ONBUILD"),
        ("FROM a\nonbuild\t|", "COPY", "MAINTAINER"),
    ],
)
def test_keywords(marked: str, wanted: str, unwanted: str) -> None:
    found = labels(marked)
    assert wanted in found
    assert unwanted not in found


# -- flags ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "wanted", "unwanted"),
    [
        ("FROM a\nRUN --m|", ["--mount="], ["--from="]),
        ("FROM a\nRUN --mount=type=ssh --|", ["--mount=", "--network="], []),
        ("FROM a\nRUN --network=none --|", ["--mount="], ["--network="]),
        ("FROM a\nRUN --mount=type=ssh \\\n  --|", ["--network="], []),
        ("FROM a\nRUN --mount=type=ssh \\\n  # c\n  --|", ["--network="], []),
        ("FROM a\nRUN |", ["--mount="], []),
        ("FROM --|", ["--platform="], ["scratch"]),
        ("from\t-|", ["--platform="], []),
        ("FROM a\nCOPY -|", ["--from="], ["."]),
        ("FROM a\nCOPY --|", ["--from="], ["."]),
        ("FROM a\nCOPY --| --link a b", ["--from="], ["--link"]),
        ("FROM a\nCOPY --fr|om=b --link a b", ["--from="], ["--link"]),
        ("FROM a\nCOPY --exclude=b --|", ["--exclude=", "--from="], []),
        ("FROM a\ncopy\t--chown=a\t--|", ["--from="], ["--chown="]),
        ("FROM a\nONBUILD COPY --|", ["--from="], []),
        ("FROM a\nonbuild add --|", ["--checksum="], ["--from="]),
        ("FROM a\nHEALTHCHECK --|", ["--interval="], ["CMD"]),
    ],
)
def test_flags(marked: str, wanted: list[str], unwanted: list[str]) -> None:
    found = labels(marked)
    assert set(wanted) <= set(found)
    assert not set(unwanted) & set(found)


@pytest.mark.parametrize(
    ("marked", "all_of_them"),
    [
        ("FROM a\nRUN --network=|", ["default", "none", "host"]),
        ("FROM a\nRUN --security=|", ["sandbox", "insecure"]),
        ("FROM a\nRUN --mount=type=|", ["bind", "cache", "tmpfs", "secret", "ssh"]),
        ("FROM a\nRUN --mount=type=cache,sharing=|", ["shared", "private", "locked"]),
        ("FROM a\nRUN --mount=type=tmpfs,|", ["target=", "size="]),
        ("FROM a\nRUN --mount=type=tmpfs,dst=/a,|", ["size="]),
        ("FROM a\nRUN --mount=type=bind,target=/a,readwrite,|", ["source=", "from="]),
        ("FROM a\nRUN --mount=type=ssh,required=|", ["true", "false"]),
        ("FROM a\nRUN --mount=type=secret,id=a,target=|", ["/run/secrets/a"]),
        ("FROM a\nCOPY --link=|", ["true", "false"]),
        ("FROM a\nHEALTHCHECK --interval=|", ["30s"]),
    ],
)
def test_values_of_flags(marked: str, all_of_them: list[str]) -> None:
    assert labels(marked) == all_of_them


def test_platforms_and_caches() -> None:
    assert labels("FROM --platform=|")[:3] == ["$BUILDPLATFORM", "$TARGETPLATFORM", "linux/amd64"]
    assert labels("FROM a\nRUN --mount=|")[:2] == ["type=bind", "type=cache"]
    assert "/root/.cache/pip" in labels("FROM a\nRUN --mount=type=cache,target=|")


# -- stages and images ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "all_of_them"),
    [
        ("FROM a AS b\nFROM c\nCOPY --from=|", ["b", "a", "c"]),
        ("FROM a:1\nFROM c AS d\nFROM e\nCOPY --from=|", ["d", "0", "a:1", "c", "e"]),
        ("FROM a AS b\nFROM c\nRUN --mount=type=bind,from=|", ["b", "a", "c"]),
        ("FROM a AS b\nFROM c\nRUN --mount=from=|", ["b", "a", "c"]),
        ("FROM a AS b\nFROM |", ["b", "a", "scratch", "--platform="]),
        ("FROM a AS b\nFROM x|", ["b", "a", "scratch"]),
        ("FROM a AS b\n  FROM --platform=linux/amd64 |", ["b", "a", "scratch"]),
        ("FROM a AS B\nFROM |", ["b", "a", "scratch", "--platform="]),
        ("FROM a\nCOPY --from=c/d:1 a b\nFROM |", ["a", "c/d:1", "scratch", "--platform="]),
        ("FROM a AS b\nFROM b\nCOPY --from=|\nFROM c AS d", ["b", "a", "c"]),
        ("FROM a AS b\nFROM c\nONBUILD COPY --from=|", ["a", "c"]),
        ("FROM |\nFROM a AS b", ["a", "scratch", "--platform="]),
        ("FROM node |", ["AS"]),
        ("FROM node A|", ["AS"]),
        ("from node |", ["as"]),
    ],
)
def test_stages_and_images(marked: str, all_of_them: list[str]) -> None:
    assert labels(marked) == all_of_them


# -- variables --------------------------------------------------------------------------------------------

SCOPES = """\
ARG BASE=node
ARG UNUSED
FROM $BASE AS build
ARG VERSION=1.2
ENV MODE=fast LATE=$VERSION
RUN echo {}
ENV AFTER=1
FROM build
ARG TARGETARCH
RUN echo {}
"""


def test_variables_in_force() -> None:
    found = details(SCOPES.format("$|", ""))
    assert list(found)[:3] == ["VERSION", "MODE", "LATE"]
    assert found["LATE"] == "1.2 (ENV, line 5)"
    assert found["TARGETARCH"] == "needs ARG TARGETARCH"
    assert not {"BASE", "UNUSED", "AFTER"} & set(found)
    below = details(SCOPES.format("", "${|}"))
    assert list(below)[:5] == ["VERSION", "MODE", "LATE", "AFTER", "TARGETARCH"]
    assert below["TARGETARCH"] == "set in every build (ARG, line 9)"


def test_variables_of_from() -> None:
    found = details("ARG A=1\nFROM b\nARG C=2\nFROM x:$|")
    assert found["A"] == "1 (ARG, line 1)"
    assert found["TARGETARCH"] == "set in every build"
    assert "C" not in found


@pytest.mark.parametrize(
    ("marked", "is_offered"),
    [
        ("FROM a\nENV A=b\nRUN $|", True),
        ("FROM a\nENV A=b\nRUN echo '$|", False),
        ("FROM a\nENV A=b\nRUN echo 'a' $|", True),
        ("FROM a\nENV A=b\nRUN echo \"it's $|", True),
        ("FROM a\nENV A=b\nRUN echo \\$|", False),
        ("FROM a\nENV A=b\nRUN echo \\\\$|", True),
        ("FROM a\nENV A=b\nRUN echo $$|", False),
        ("FROM a\nENV A=b\nRUN a \\\n  && echo ${A|", True),
        ('FROM a\nENV A=b\nRUN ["echo", "$|', False),
        ('FROM a\nENV A=b\nRUN [ "$|', True),
        ("FROM a\nENV A=b\nCMD echo $|", True),
        ("FROM a\nARG A=b\nCMD echo $|", False),
        ("FROM a\nENV A=b\nCOPY $|", True),
        ("FROM a\nENV A=b\nCOPY --chown=$|", True),
        ("FROM a\nENV A=b\nCOPY --from=$|", False),
        ("FROM a\nENV A=b\nRUN --mount=type=bind,from=$|", False),
        ("FROM a\nENV A=b\nMAINTAINER $|", False),
        ("FROM a\nENV A=b\nRUN <<EOF\necho $|\nEOF", True),
        ("FROM a\nENV A=b\nRUN <<'EOF'\necho $|\nEOF", True),
        ("FROM a\nENV A=b\nRUN <<EOF\n# don't\necho $|\nEOF", True),
        ("FROM a\nENV A=b\nRUN <<EOF\n#!/usr/bin/env python\n$|\nEOF", False),
        ("FROM a\nENV A=b\nRUN cat <<'EOF'\n$|\nEOF", False),
        ("FROM a\nENV A=b\nCOPY <<EOF /x\n'$|\nEOF", True),
        ("FROM a\nENV A=b\nONBUILD RUN echo $|", True),
        ("# escape=`\nFROM a\nENV A=b\nCOPY `$|", False),
        ("# escape=`\nFROM a\nENV A=b\nCOPY \\$|", True),
    ],
)
def test_variables_where_they_are_expanded(marked: str, is_offered: bool) -> None:
    assert ("A" in labels(marked)) is is_offered


def test_a_brace_is_closed_once() -> None:
    assert applied("FROM a\nENV ABC=b\nCOPY ${A|", "ABC").endswith("COPY ${ABC}")
    assert applied("FROM a\nENV ABC=b\nCOPY ${A|}", "ABC").endswith("COPY ${ABC}")
    assert applied("FROM a\nENV ABC=b\nCOPY ${A|:-x}", "ABC").endswith("COPY ${ABC:-x}")
    assert applied("FROM a\nENV ABC=b\nCOPY ${A|/x ${B}", "ABC").endswith("COPY ${ABC}/x ${B}")


def test_names_of_arg() -> None:
    found = details("ARG A=1\nARG B\nFROM a\nARG B\nARG |")
    assert next(iter(found)) == "A"
    assert "B" not in found
    assert found["TARGETARCH"] == "set in every build"
    assert labels("ARG |") == []


# -- comments -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "all_of_them"),
    [
        (
            "# |",
            ["syntax=", "escape=", "check=", "dockerlint: ignore=", "dockerlint: ignore-file="],
        ),
        (
            "# syntax=a\n#|",
            ["escape=", "check=", "dockerlint: ignore=", "dockerlint: ignore-file="],
        ),
        ("# c\n# |", ["dockerlint: ignore=", "dockerlint: ignore-file="]),
        ("FROM a\n# do|", ["dockerlint: ignore=", "dockerlint: ignore-file="]),
        ("FROM a\nRUN b \\\n# |\n c", ["dockerlint: ignore=", "dockerlint: ignore-file="]),
        ("# syntax=|", ["docker/dockerfile:1", "docker/dockerfile:1-labs"]),
        ("# escape=|", ["`", "\\"]),
        ("# c\n# escape=|", []),
        ("# dockerlint:|", ["ignore=", "ignore-file="]),
        ("FROM a\nRUN <<EOF\n# dockerlint: |\nEOF", ["ignore=", "ignore-file="]),
        ("# hadolint |", ["ignore=", "stage ignore=", "global ignore="]),
        ("# hadolint global |", ["ignore="]),
        ("# check=|", ["skip=", "error=", "experimental="]),
        ("# check=skip=all;|", ["error=", "experimental="]),
        ("# check=error=|", ["true"]),
        ("# check=experimental=|", ["InvalidDefinitionDescription", "all"]),
    ],
)
def test_words_of_comments(marked: str, all_of_them: list[str]) -> None:
    assert labels(marked) == all_of_them


def test_names_of_checks() -> None:
    found = details("# check=skip=UndefinedVar,|")
    assert found["FromAsCasing"] == title_of("DF902")
    assert not {"UndefinedVar", "all"} & set(found)


def test_codes_of_what_is_below_come_first() -> None:
    text = "FROM debian:latest\n# {}ignore={}|\nRUN apt install a\nRUN apt-get install b\n"
    found = items(text.format("dockerlint: ", ""))
    here = [one["label"] for one in found if one["detail"].endswith("Found here.")]
    assert [one["label"] for one in found][: len(here)] == here
    assert "DF212" in here
    assert "DF102" not in here
    assert [one["sortText"] for one in found] == sorted(one["sortText"] for one in found)
    given = labels(text.format("dockerlint: ", "DF212, df102,"))
    assert not {"DF212", "DF102"} & set(given)
    assert labels(text.format("hadolint ", ""))[0] == "DL3027"
    assert "DF102" in labels(text.format("dockerlint: ", "").replace("ignore", "ignore-file"))[:9]


def test_codes_inside_of_an_instruction_are_of_the_next_line() -> None:
    text = "FROM a:1\nRUN apt install -y a \\\n  # dockerlint: ignore=|\n  && {} \\\n  && x\n"
    assert labels(text.format("sudo b"))[0] == "DF503"
    assert labels(text.format("b"))[0] == "DF001"
    assert labels(text.format("sudo b").replace("|", "|\n  # c\n"))[0] == "DF503"


def test_hadolint_honours_its_own_codes_alone() -> None:
    found = details("# hadolint ignore=DL3006,|")
    assert all(one.startswith(("DL", "SC")) for one in found)
    assert found["DL3007"].startswith("DF102: ")
    assert not {"DL3006", "DL1000"} & set(found)


def test_rules_by_name() -> None:
    assert details("# dockerlint: ignore=latest|")["latest-base-image"].startswith("DF102: ")


# -- the rest -------------------------------------------------------------------------------------------------


def test_words_of_single_instructions() -> None:
    assert labels("FROM a\nHEALTHCHECK |")[:3] == ["CMD", "NONE", "--interval="]
    assert labels("FROM a\nhealthcheck --retries=1 n|") == ["cmd"]
    assert labels("FROM a\nSTOPSIGNAL SIG|")[:3] == ["SIGTERM", "SIGINT", "SIGQUIT"]
    assert labels("FROM a\nSHELL [|")[0] == '["/bin/bash", "-o", "pipefail", "-c"]'
    assert labels("FROM a\nSHELL [|]") == []


def test_a_snippet_where_the_client_takes_it() -> None:
    session = new_session()
    assert labels("FROM a\nCMD |", session=session) == []
    item = {"completionItem": {"snippetSupport": True}}
    session.capabilities = {"textDocument": {"completion": item}}
    (found,) = items("FROM a\nCMD |", session=session)
    assert found["insertTextFormat"] == 2
    assert found["textEdit"]["newText"] == '["${1:program}"$2]'


def test_documentation_as_the_client_takes_it() -> None:
    session = new_session()
    (plain,) = (one for one in items("FROM a\nRUN --n|", session=session) if "net" in one["label"])
    assert plain["documentation"].startswith("The network of this RUN")
    for format_ in ("markdown", "plaintext"):
        session.capabilities = {
            "textDocument": {"completion": {"completionItem": {"documentationFormat": [format_]}}}
        }
        assert items("FROM a\n|", session=session)[0]["documentation"]["kind"] == format_


# -- files ------------------------------------------------------------------------------------------------------


@pytest.fixture
def context(tmp_path: Path) -> str:
    (tmp_path / "outside").write_text("")
    inner = tmp_path / "context"
    for folder in ("src/deep", "dist", ".git"):
        (inner / folder).mkdir(parents=True)
    for name in ("Dockerfile", "package.json", "src/main.c", "two words", "dist/a"):
        (inner / name).write_text("")
    (inner / ".dockerignore").write_text("dist\n.git\n")
    return (inner / "Dockerfile").as_uri()


@pytest.mark.parametrize(
    ("words", "all_of_them"),
    [
        ("COPY p|", ["package.json"]),
        ("COPY package.json s|", ["src/"]),
        ("COPY s|rc/main.c /a", ["src/"]),
        ("COPY src/|", ["deep/", "main.c"]),
        ("COPY /src/m|", ["main.c"]),
        ("COPY ./src/m|", ["main.c"]),
        ("COPY ../|", []),
        ("COPY src/../../|", []),
        ("COPY gone/|", []),
        ("COPY $A/|", []),
        ("COPY --from=b s|", []),
        ("COPY --link s|", ["src/"]),
        ('COPY ["s|', ["src/"]),
        ('COPY ["package.json", "src/m|"]', ["main.c"]),
        ("ADD src/|", ["deep/", "main.c"]),
        ("RUN --mount=type=bind,source=|", ["Dockerfile", "package.json", "src/", ".dockerignore"]),
        ("RUN --mount=type=bind,from=b,source=|", []),
        ("RUN s|", []),
    ],
)
def test_files_of_the_context(context: str, words: str, all_of_them: list[str]) -> None:
    assert labels(f"FROM a\n{words}", uri=context) == all_of_them


def test_files_come_before_flags(context: str) -> None:
    found = items("FROM a\nCOPY |", uri=context)
    assert [one["label"] for one in found][:6] == [
        ".", "Dockerfile", "package.json", "src/", ".dockerignore", "--chown=",
    ]  # fmt: skip
    assert [one["kind"] for one in found][:5] == [19, 17, 17, 19, 17]


def test_only_the_last_part_of_a_path_is_replaced(context: str) -> None:
    (found,) = items("FROM a\nCOPY src/m| x", uri=context)
    place = found["textEdit"]["range"]
    assert (place["start"]["character"], place["end"]["character"]) == (9, 10)


# -- the file can be read -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "rest"),
    [
        ("|", " a\n"),
        ("FROM a\n|", " b AS c\n"),
        ("FROM a\nONBUILD |", " true\n"),
        ("FROM a\nONBUILD c|", " b c\n"),
        ("FROM a AS b\nFROM |", "\n"),
        ("FROM a AS b\n  FROM --platform=linux/amd64 |", "\n"),
        ("FROM --|", "linux/arm64 a\n"),
        ("FROM --platform=|", " a\n"),
        ("FROM --platform=${|", " a\n"),
        ("FROM a |", " b\n"),
        ("from a a|", " b\n"),
        ("FROM a AS b\nFROM c\nCOPY --|", "1 a b\n"),
        ("FROM a AS b\nFROM c\nCOPY --from=|", " a b\n"),
        ("FROM a\nCOPY --parents=|", " a b\n"),
        ("FROM a\nRUN --|", "type=ssh true\n"),
        ("FROM a\nRUN --mount=|", ",target=/a true\n"),
        ("FROM a\nRUN --mount=type=|", ",target=/a true\n"),
        ("FROM a\nRUN --mount=type=cache,|", "/a true\n"),
        ("FROM a\nRUN --mount=type=cache,target=|", " true\n"),
        ("FROM a\nRUN --mount=type=cache,target=/a,sharing=|", " true\n"),
        ("FROM a AS b\nFROM c\nRUN --mount=type=bind,target=/a,from=|", " true\n"),
        ("FROM a\nRUN --network=|", " true\n"),
        ("FROM a\nRUN --security=|", " true\n"),
        ("FROM a\nADD --unpack=|", " a b\n"),
        ("FROM a\nHEALTHCHECK |", " true\n"),
        ("FROM a\nhealthcheck |", " true\n"),
        ("FROM a\nHEALTHCHECK --|", "3s CMD true\n"),
        ("FROM a\nHEALTHCHECK --interval=|", " CMD true\n"),
        ("FROM a\nHEALTHCHECK --timeout=|", " CMD true\n"),
        ("FROM a\nHEALTHCHECK --start-period=|", " CMD true\n"),
        ("FROM a\nHEALTHCHECK --start-interval=|", " CMD true\n"),
        ("FROM a\nHEALTHCHECK --retries=|", " CMD true\n"),
        ("FROM a\nSTOPSIGNAL |", "\n"),
        ("FROM a\nSHELL |", "\n"),
        ("ARG A=1\nFROM a\nARG |", "\n"),
        ("FROM a\nENV A=b\nCOPY ${|", " /x\n"),
        ("FROM a\nENV A=b\nWORKDIR /$|", "\n"),
        ("# |", "docker/dockerfile:1\nFROM a\n"),
        ("# syntax=|", "\nFROM a\n"),
        ("# escape=|", "\nFROM a\n"),
        ("# check=|", "all\nFROM a\n"),
        ("# check=skip=|", "\nFROM a\n"),
        ("FROM a\n# |", "DF101\nRUN b\n"),
    ],
)
def test_the_file_can_be_read_with_the_first_item(marked: str, rest: str) -> None:
    document = Document(Source(applied(marked) + rest))
    assert document.accepted, [one.message for one in document.errors]


@pytest.mark.parametrize(
    ("marked", "rest"),
    [
        ("FROM a\nSTOPSIGNAL |", "\n"),
        ("FROM a\nSHELL |", "\n"),
        ("FROM --platform=|", " a\n"),
        ("FROM a\nRUN --mount=type=|", ",target=/a true\n"),
        ("FROM a\nRUN --mount=type=cache,target=|", " true\n"),
        ("FROM a:1\nFROM b AS c\nFROM d\nCOPY --from=|", " a b\n"),
        ("FROM a:1\nFROM b AS c\nFROM x|", "\n"),
        ("ARG A=1\nFROM a\nARG B=2\nENV C=3\nENV D=${|", "\n"),
        ("# check=skip=|", "\nFROM a\n"),
    ],
)
def test_the_file_can_be_read_with_every_item(marked: str, rest: str) -> None:
    for label in labels(marked):
        assert Document(Source(applied(marked, label) + rest)).accepted, label


WHOLE = """\
# syntax=docker/dockerfile:1
# check=skip=UndefinedVar;error=true
ARG VERSION=3.13
FROM --platform=$BUILDPLATFORM python:${VERSION} AS build
# dockerlint: ignore=DF207,DF212
RUN --mount=type=cache,target=/root/.cache/pip,sharing=locked --network=none \\
    # hadolint ignore=DL3008
    pip install 'a' "$VERSION" \\

    && echo ${VERSION:-x}
COPY --from=build --chown=1:1 ["a b", "/c"]
COPY <<EOF <<-"TWO" /etc/
a $b
EOF
\ttwo
\tTWO
onbuild add --checksum=x http://é.example/ä /tmp
HEALTHCHECK --interval=5s CMD curl 𝒳 || exit 1
SHELL ["/bin/bash", "-c"]
ENV A=1 B="two $A" C='x'
FROM build
STOPSIGNAL SIGTERM
CMD ["python", "-m", "http.server"]
"""


@pytest.mark.parametrize("text", [WHOLE, WHOLE.replace("\n", "\r\n"), WHOLE.replace("\\", "`")])
def test_every_place_of_a_file_has_an_answer(text: str) -> None:
    session = new_session()
    file = linted(text, session)
    # No position of the protocol is between the two characters of a line end.
    for offset in (at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"):
        for one in complete(file, session, offset):
            place = one["textEdit"]["range"]
            assert place["start"]["line"] == place["end"]["line"]
            assert file.text.offset(place["end"]) == offset


@given(
    cuts=st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40)), max_size=6),
    odd=st.lists(
        st.tuples(
            st.integers(0, len(WHOLE)),
            st.sampled_from(
                [
                    "<<E",
                    "\\\n",
                    "'",
                    '"',
                    "${",
                    "--",
                    '--""',
                    "\r",
                    "\x85",
                    "\xa0",
                    "\0",
                    "\ufdd0",
                    "\ud800",
                    "`",
                    "#",
                    "\n",
                    "\\",
                    ",",
                ]
            ),
        ),
        max_size=6,
    ),
    at=st.integers(-2, len(WHOLE) + 9),
    encoding=st.sampled_from([UTF8, UTF16]),
)
@settings(max_examples=150)
def test_no_text_makes_it_raise(
    cuts: list[tuple[int, int]], odd: list[tuple[int, str]], at: int, encoding: str
) -> None:
    text = WHOLE
    for start, length in cuts:
        text = text[:start] + text[start + length :]
    for start, piece in odd:
        text = text[:start] + piece + text[start:]
    session = new_session()
    file = OpenFile(URI, "dockerfile", 1, IndexedText(text, encoding))
    file.language = "plaintext"  # nothing is linted, and it is read here
    for trigger in ("", " "):
        for one in complete(file, session, at, trigger):
            place = one["textEdit"]["range"]
            assert place["start"]["line"] == place["end"]["line"]


def test_a_file_that_was_not_read_again_is_read_here() -> None:
    session = new_session()
    file = linted("FROM a\n", session)
    file.text = IndexedText("FROM a AS b\nFROM c\nCOPY --from=", UTF16)
    assert complete(file, session, len(file.text.text))[0]["label"] == "b"


@pytest.mark.parametrize("where", ["RUN echo $", "COPY --from=", "COPY"])
def test_work_grows_with_the_file(where: str) -> None:
    def work(count: int) -> int:
        body = "".join(
            f"RUN apt-get update && apt-get install -y a{n}\nENV A{n}=b\n" for n in range(count)
        )
        text = f"FROM debian:12 AS base\n{body}COPY --from=\nRUN echo $\n"
        session = new_session()
        file = linted(text, session)
        offset = text.index(where) + len(where)
        complete(file, session, offset)  # what is read when it is first asked for
        return calls(complete, file, session, offset)

    assert work(800) < 5 * work(200) + 1000


# -- over the wire ------------------------------------------------------------------------------------------------


@pytest.fixture
def client(client: Client) -> Client:
    capabilities = client.start()
    assert capabilities["completionProvider"] == {
        "triggerCharacters": ["-", "$", "{", "=", ",", "/", " "]
    }
    return client


def test_a_client_is_answered(client: Client) -> None:
    client.open(URI, "FROM a AS é𝒳b\nFROM x\nCOPY --from=\nRUN ")
    client.diagnostics(URI)
    assert client.about("completion", URI, 2, 12)[0]["textEdit"] == {
        "range": {"start": {"line": 2, "character": 12}, "end": {"line": 2, "character": 12}},
        "newText": "é𝒳b",
    }
    asked = {"triggerKind": 2, "triggerCharacter": " "}
    assert client.about("completion", URI, 3, 4, context=asked) == []
    assert client.about("completion", URI, 3, 4)[0]["label"] == "--mount="


def test_what_is_no_dockerfile_has_no_completion(client: Client) -> None:
    uri = "file:///w/compose.yaml"
    client.open(uri, "services:\n", language="yaml")
    client.diagnostics(uri)
    assert client.about("completion", uri, 1, 0) == []
