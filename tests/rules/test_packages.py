"""Rules about system packages, beyond the examples on their pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run

from dockerlint_rules.engine.lint import Settings, lint_source
from dockerlint_rules.model.stages import Build
from dockerlint_rules.registry.rule import RULES, Plan
from dockerlint_rules.syntax.source import Source

LISTS = "rm -rf /var/lib/apt/lists/*"


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF201", "RUN apt-get update\nRUN apt-get install -y a", [2], id="stale"),
        pytest.param("DF201", "RUN apt-get update\nRUN apt-get -fy install", [2], id="mended"),
        pytest.param("DF201", "RUN apk update\nRUN apk add a", [2], id="stale-apk"),
        pytest.param("DF201", "RUN apk update\nRUN apk add --no-cache a", [], id="apk-no-cache"),
        pytest.param(
            "DF201", "RUN dnf makecache\nRUN dnf install -y a", [], id="dnf-looks-at-dates"
        ),
        pytest.param(
            "DF201",
            "RUN apt-get update\nRUN apt-get update && apt-get install -y a",
            [],
            id="updated-again",
        ),
        pytest.param("DF201", "RUN apt-get update\nRUN echo done", [], id="nothing-installed"),
        pytest.param("DF202", "RUN apt-get update && apt-get install -y a", [], id="update-before"),
        pytest.param(
            "DF202", "RUN apt-get update\nRUN apt-get install -y a", [], id="df201-says-it"
        ),
        pytest.param(
            "DF202",
            "RUN apt-get update && apt-get install -y a\nRUN apt-get install -y b",
            [3],
            id="index-of-an-earlier-install",
        ),
        pytest.param(
            "DF202",
            "RUN curl -sL https://x/setup | bash - && apt-get install -y a",
            [],
            id="script",
        ),
        pytest.param("DF202", "RUN apt-get install -y /tmp/a.deb", [], id="file"),
        pytest.param("DF202", "RUN apt-get install --update -y a", [], id="update-flag"),
        pytest.param(
            "DF202", "RUN sh -c 'apt-get update && apt-get install -y a'", [], id="inside-sh-c"
        ),
        pytest.param("DF203", "RUN zypper -n dup", [2], id="zypper"),
        pytest.param("DF203", "RUN pacman -Syu --noconfirm", [], id="arch-has-no-other-way"),
        pytest.param("DF204", "RUN dnf -y upgrade", [2], id="everything"),
        pytest.param("DF204", "RUN dnf -y upgrade openssl", [], id="one-package"),
        pytest.param("DF205", f"RUN apt-get update && {LISTS}", [], id="removed"),
        pytest.param("DF205", f"RUN {LISTS} && apt-get update", [2], id="removed-before"),
        pytest.param("DF205", "RUN apt-get update && rm -rf /var/lib/{apt,dpkg}/", [], id="braces"),
        pytest.param(
            "DF205", "RUN apt-get update && find /var/lib/apt/lists -delete", [], id="find"
        ),
        pytest.param("DF205", "RUN apt-get update && apt-get clean", [2], id="clean-keeps-lists"),
        pytest.param(
            "DF205",
            "RUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update",
            [],
            id="tmpfs",
        ),
        pytest.param(
            "DF206", "RUN apt-get install -y -oAPT::Install-Recommends=0 a", [], id="option"
        ),
        pytest.param("DF206", "RUN sudo apt-get install -y a", [2], id="behind-sudo"),
        pytest.param("DF206", "RUN apt-get remove -y a", [], id="remove"),
        pytest.param("DF207", "RUN apt-get install -qq a", [], id="two-q"),
        pytest.param("DF207", "RUN yes | apt-get install a", [], id="yes-piped"),
        pytest.param("DF207", "RUN apt-get $OPTIONS install a", [], id="unknown-flags"),
        pytest.param("DF207", "RUN apt-get install -s a", [], id="simulated"),
        pytest.param("DF207", "RUN zypper in a", [2], id="zypper"),
        pytest.param("DF207", "RUN pacman -S a", [2], id="pacman"),
        pytest.param("DF207", "RUN conda install numpy", [2], id="conda"),
        pytest.param(
            "DF207", "ENV CONDA_ALWAYS_YES=1\nRUN conda install numpy", [], id="conda-variable"
        ),
        pytest.param("DF208", "RUN apk add a && rm -rf /var/cache/apk/*", [2], id="apk-rm"),
        pytest.param("DF208", "RUN apk add --no-network -t .r a", [], id="apk-no-network"),
        pytest.param(
            "DF208", "RUN apk add --no-cache a && apk add -t .run $deps", [], id="apk-marks"
        ),
        pytest.param("DF208", "RUN apk add -t .build $deps", [2], id="apk-variable-alone"),
        pytest.param("DF208", "RUN apk --no-cache add a", [], id="apk-flag-before"),
        pytest.param("DF209", "RUN yum install -y a && yum clean all", [], id="yum-clean"),
        pytest.param("DF209", "RUN dnf install -y a && rm -rf /var/cache/dnf", [], id="dnf-rm"),
        pytest.param(
            "DF209", "RUN microdnf install -y a && dnf clean all", [2], id="another-program"
        ),
        pytest.param("DF209", "RUN yum clean all && yum install -y a", [2], id="cleaned-too-early"),
        pytest.param("DF210", "RUN apk add a\nLABEL a=b\nRUN apk add b", [4], id="label-between"),
        pytest.param("DF210", "RUN apk add a\nENV A=b\nRUN apk add b", [], id="env-between"),
        pytest.param("DF210", "RUN apk add a\nRUN ./x && apk add b", [], id="needs-order"),
        pytest.param("DF211", "RUN apt-get install -y exim4-", [], id="minus-removes"),
        pytest.param("DF211", "RUN yum install -y @development", [], id="group"),
        pytest.param("DF211", 'ENV P="a=1 b=2"\nRUN apt-get install -y $P', [], id="pinned-list"),
        pytest.param("DF212", "RUN apt-get install apt", [], id="package-named-apt"),
        pytest.param("DF212", "RUN apt search x", [2], id="query"),
        pytest.param("DF221", "RUN apt-get install -y make\nCMD x", [], id="make-alone"),
        pytest.param("DF221", "RUN apt-get install -y g++-12\nCMD x", [2], id="versioned"),
        pytest.param("DF221", "RUN apt-get install -y gcc", [], id="no-application"),
        pytest.param("DF221", "RUN apt-get install -y gcc\nCOPY . .", [], id="files-alone"),
        pytest.param("DF221", "RUN apt-get install -y gcc\nCMD /bin/bash -l", [], id="shell"),
        pytest.param(
            "DF221", 'RUN apt-get install -y gcc\nCMD ["sleep", "infinity"]', [], id="waits"
        ),
        pytest.param(
            "DF221", "RUN apt-get install -y gcc\nCMD bash -c /start", [2], id="shell-with-script"
        ),
        pytest.param("DF221", "RUN apt-get install -y gcc distcc\nCMD x", [], id="distcc"),
        pytest.param("DF221", "RUN apt-get install -y gcc\nENTRYPOINT x", [2], id="entrypoint"),
        pytest.param(
            "DF221",
            "RUN apt-get install -y gcc && apt-mark auto '.*' && apt-get purge -y --auto-remove\nCMD x",
            [],
            id="marked-and-purged",
        ),
        pytest.param(
            "DF221",
            "RUN apt-get install -y gcc && apt-get purge -y --auto-remove git\nCMD x",
            [2],
            id="another-is-purged",
        ),
        pytest.param(
            "DF221",
            "RUN apt-get install -y gcc && apt-get purge -y gcc\nCMD x",
            [],
            id="purged",
        ),
    ],
)
def test_rule(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


def test_stale_index_names_the_lines_of_the_installs() -> None:
    text = (
        "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y a\nRUN apt-get install -y b\n"
    )
    message = run("DF201", text).findings[0].message
    assert "installs on lines 3 and 4 use it" in message


def test_removed_index_is_named() -> None:
    text = f"FROM debian:12\nRUN apt-get update && {LISTS}\nRUN apt-get install -y a\n"
    assert "because line 2 removes it" in run("DF202", text).findings[0].message


def test_update_in_the_base_stage_is_stale() -> None:
    text = "FROM debian:12 AS base\nRUN apt-get update\nFROM base\nRUN apt-get install -y a\n"
    assert "line 2" in run("DF202", text).findings[0].message


@pytest.mark.parametrize("code", ["DF205", "DF208", "DF209"])
def test_stages_that_do_not_ship_are_left_alone(code: str) -> None:
    commands = {"DF205": "apt-get update", "DF208": "apk add a", "DF209": "dnf install -y a"}
    text = f"FROM x AS build\nRUN {commands[code]}\nFROM x\nCOPY --from=build /a /a\n"
    assert lines(code, text) == []
    assert lines(code, text.replace("FROM x\nCOPY --from=build /a /a", "FROM build")) == [2]


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF201",
            "RUN apt-get update\nRUN apt-get install -y a",
            "RUN apt-get update && apt-get install -y a",
            id="update-moves",
        ),
        pytest.param(
            "DF205",
            "RUN apt-get update && apt-get install -y a",
            f"RUN apt-get update && apt-get install -y a && {LISTS}",
            id="lists",
        ),
        pytest.param(
            "DF205",
            "RUN apt-get update \\\n    && apt-get install -y a",
            f"RUN apt-get update \\\n    && apt-get install -y a \\\n    && {LISTS}",
            id="lists-in-the-same-layout",
        ),
        pytest.param(
            "DF205",
            "RUN apt-get update\nRUN apt-get install -y a",
            "RUN apt-get update\nRUN apt-get install -y a",
            id="lists-needed-later",
        ),
        pytest.param("DF207", "RUN zypper in a", "RUN zypper -n in a", id="zypper"),
        pytest.param("DF207", "RUN pacman -S a", "RUN pacman -S --noconfirm a", id="pacman"),
        pytest.param("DF208", "RUN apk add a", "RUN apk add --no-cache a", id="apk"),
        pytest.param(
            "DF210",
            "RUN apk add a\nRUN apk add b",
            "RUN apk add a b",
            id="merge",
        ),
        pytest.param(
            "DF210",
            f"RUN apt-get update && apt-get install -y a && {LISTS}\n"
            f"RUN apt-get update && apt-get install -y b c && {LISTS}",
            f"RUN apt-get update && apt-get install -y a b c && {LISTS}",
            id="one-update-one-clean-up",
        ),
        pytest.param(
            "DF210",
            f"RUN apt-get update \\\n && apt-get install -y \\\n    a \\\n    b \\\n && {LISTS}\n"
            "RUN apt-get install -y c",
            f"RUN apt-get update \\\n && apt-get install -y \\\n    a \\\n    b \\\n    c \\\n && {LISTS}",
            id="a-line-for-each-package",
        ),
        pytest.param(
            "DF210",
            f"RUN apt-get install -y a && apt-get clean && {LISTS}\n"
            f"RUN apt-get install -y b && {LISTS}",
            f"RUN apt-get install -y a b && apt-get clean && {LISTS}",
            id="the-more-thorough-clean-up",
        ),
        pytest.param(
            "DF210",
            "RUN apt-get update && apt-get -y dist-upgrade\n"
            "RUN apt-get install -y a\nRUN apt-get install -y b",
            "RUN apt-get update && apt-get -y dist-upgrade \\\n    && apt-get install -y a b",
            id="upgrade-above",
        ),
        pytest.param(
            "DF210",
            "RUN apt-get install -y a\nRUN apt-get install -y -t backports b",
            "RUN apt-get install -y a \\\n    && apt-get install -y -t backports b",
            id="other-flags-stay-apart",
        ),
        pytest.param(
            "DF210",
            "RUN apk add a\n\n  # what b\n# is for\n\nRUN apk add b",
            "RUN apk add a \\\n# what b\n# is for\n    && apk add b",
            id="comment-between",
        ),
        pytest.param(
            "DF210",
            "RUN apk add a\n# hadolint ignore=DL3018\nRUN apk add b",
            "RUN apk add a\n# hadolint ignore=DL3018\nRUN apk add b",
            id="ignore-comment-between",
        ),
        pytest.param("DF212", "RUN apt policy a", "RUN apt-cache policy a", id="apt-cache"),
        pytest.param("DF212", "RUN apt list", "RUN apt list", id="no-counterpart"),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, f"FROM debian:12\n{before}\n") == f"FROM debian:12\n{after}\n"


@pytest.mark.parametrize(
    ("code", "command", "aliases"),
    [
        pytest.param("DF203", "zypper -n dup", ("DL3035",), id="zypper-dup"),
        pytest.param("DF203", "apt-get -y dist-upgrade", (), id="dist-upgrade"),
        pytest.param("DF206", "apt install -y a", (), id="apt"),
        pytest.param("DF207", "dnf install a", ("DL3038",), id="dnf"),
        pytest.param("DF207", "apt-get upgrade", (), id="upgrade"),
        pytest.param("DF209", "yum install -y a", ("DL3032",), id="yum"),
        pytest.param("DF209", "zypper -n in a", ("DL3036",), id="zypper"),
    ],
)
def test_aliases_are_those_whose_own_condition_holds(
    code: str, command: str, aliases: tuple[str, ...]
) -> None:
    (finding,) = run(code, f"FROM debian:12\nRUN {command}\n").findings
    assert finding.aliases == aliases


def test_files_in_the_image_of_a_language_are_an_application() -> None:
    text = "FROM python:3.12\nRUN apt-get update && apt-get install -y gcc\nCOPY . /app\n"
    assert lines("DF221", text) == [2]


@pytest.mark.parametrize(
    "start", ["FROM debian:12 AS test", "FROM debian:12 AS web-dev", "ARG B\nFROM $B"]
)
def test_tools_are_the_purpose_or_may_be(start: str) -> None:
    assert lines("DF221", f"{start}\nRUN apt-get install -y gcc\nCMD x\n") == []


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("Dockerfile", 1),
        ("web/Dockerfile", 1),
        ("docker/Dockerfile.prod", 1),
        (".devcontainer/Dockerfile", 0),
        ("docker/builder/Dockerfile.mingw", 0),
        ("docker/Dockerfile.dev", 0),
        ("ci.Dockerfile", 0),
    ],
)
def test_file_names_say_what_an_image_is_for(filename: str, expected: int) -> None:
    text = "FROM debian:12\nRUN apt-get install -y gcc\nCMD x\n"
    settings = Settings(Plan([RULES["DF221"]]), Build(today="2026-11-24"))
    assert len(lint_source(Source(text, filename), settings).findings) == expected
