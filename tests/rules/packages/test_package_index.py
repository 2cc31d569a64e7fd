"""Package index, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run
from said import fixes, related, said

LISTS = "rm -rf /var/lib/apt/lists/*"


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param(
            "DF201", "RUN apt-get update\nRUN apt-get install -y a", [2], id="DF201-stale"
        ),
        pytest.param(
            "DF201", "RUN apt-get update\nRUN apt-get -fy install", [2], id="DF201-mended"
        ),
        pytest.param("DF201", "RUN apk update\nRUN apk add a", [2], id="DF201-stale-apk"),
        pytest.param(
            "DF201", "RUN apk update\nRUN apk add --no-cache a", [], id="DF201-apk-no-cache"
        ),
        pytest.param(
            "DF201", "RUN dnf makecache\nRUN dnf install -y a", [], id="DF201-dnf-looks-at-dates"
        ),
        pytest.param(
            "DF201",
            "RUN apt-get update\nRUN apt-get update && apt-get install -y a",
            [],
            id="DF201-updated-again",
        ),
        pytest.param(
            "DF201", "RUN apt-get update\nRUN echo done", [], id="DF201-nothing-installed"
        ),
        pytest.param(
            "DF202", "RUN apt-get update && apt-get install -y a", [], id="DF202-update-before"
        ),
        pytest.param(
            "DF202", "RUN apt-get update\nRUN apt-get install -y a", [], id="DF202-df201-says-it"
        ),
        pytest.param(
            "DF202",
            "RUN apt-get update && apt-get install -y a\nRUN apt-get install -y b",
            [3],
            id="DF202-index-of-an-earlier-install",
        ),
        pytest.param(
            "DF202",
            "RUN curl -sL https://x/setup | bash - && apt-get install -y a",
            [],
            id="DF202-script",
        ),
        pytest.param("DF202", "RUN apt-get install -y /tmp/a.deb", [], id="DF202-file"),
        pytest.param("DF202", "RUN apt-get install --update -y a", [], id="DF202-update-flag"),
        pytest.param(
            "DF202",
            "RUN sh -c 'apt-get update && apt-get install -y a'",
            [],
            id="DF202-inside-sh-c",
        ),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF201",
            "RUN apt-get update\nRUN apt-get install -y a",
            "RUN apt-get update && apt-get install -y a",
            id="DF201-update-moves",
        ),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, f"FROM debian:12\n{before}\n") == f"FROM debian:12\n{after}\n"


def test_df201_names_the_lines_of_the_installs() -> None:
    text = (
        "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y a\nRUN apt-get install -y b\n"
    )
    message = run("DF201", text).findings[0].message
    assert "installs on lines 3 and 4 may use a stale index" in message


def test_df202_names_the_line_that_removes_the_index() -> None:
    text = f"FROM debian:12\nRUN apt-get update && {LISTS}\nRUN apt-get install -y a\n"
    assert "because line 2 deletes it" in run("DF202", text).findings[0].message


def test_df202_update_in_the_base_stage_is_stale() -> None:
    text = "FROM debian:12 AS base\nRUN apt-get update\nFROM base\nRUN apt-get install -y a\n"
    assert "line 2" in run("DF202", text).findings[0].message


# -- what is said, and where ---------------------------------------------------------------------------

TITLE_201 = "Move the update into the RUNs that install packages"


def test_df201_whole_finding() -> None:
    text = "FROM debian:12\nRUN apt-get -q update\nRUN apt-get install -y a\nRUN apt-get install -y b\n"
    assert said("DF201", text) == [
        (
            "apt-get -q update",
            "The package index is updated in its own layer, so the installs on lines 3 and 4 may use a stale index "
            "from the build cache. Update and install in one RUN.",
        )
    ]
    assert related("DF201", text) == [
        (3, "apt-get install -y a", "uses the index of the earlier layer"),
        (4, "apt-get install -y b", "uses the index of the earlier layer"),
    ]
    assert fixes("DF201", text) == [
        (
            TITLE_201,
            "unsafe",
            "FROM debian:12\nRUN apt-get -q update && apt-get install -y a\n"
            "RUN apt-get -q update && apt-get install -y b\n",
        )
    ]


def test_df201_one_install() -> None:
    text = "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y a\n"
    assert said("DF201", text) == [
        (
            "apt-get update",
            "The package index is updated in its own layer, so the install on line 3 may use a stale index "
            "from the build cache. Update and install in one RUN.",
        )
    ]


INSTALL = "RUN apt-get install -y a"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN apt-get update && apt-get install -y b\n" + INSTALL, []),
        ("RUN apt-get update && apt-get upgrade -y\n" + INSTALL, []),
        ("RUN apt-get update && apk add b\n" + INSTALL, [2]),
        ("RUN apt-get install -y b && apt-get update\n" + INSTALL, [2]),
        ("RUN apt-get update\nRUN apk add a", []),
        ("RUN apt-get update\nRUN apk update\n" + INSTALL, [2]),
        ("RUN apt-get update\nRUN apt-get upgrade -y", []),
        ("RUN apt-get update\nRUN apt-get upgrade -y\n" + INSTALL, [2]),
        ("RUN apt-get update\nRUN apt-get clean\n" + INSTALL, [2]),
        ("RUN apt-get update\nRUN install_packages b && apt-get install -y a", []),
        ("RUN apt-get update\nRUN apt-get install -y a && install_packages b", [2]),
        ("RUN apt-get update\nRUN ./setup.sh\n" + INSTALL, [2]),
        ("RUN apt-get update\nRUN ./setup.sh && apt-get install -y a", []),
        ("RUN apt-get update\nRUN bash setup && apt-get install -y a", []),
        ("RUN apt-get update\nRUN bash -c 'true' && apt-get install -y a", [2]),
        ("RUN apt-get update\nRUN $SETUP && apt-get install -y a", []),
        ("RUN apt-get update\nRUN apt-get install -y /tmp/a.deb", []),
        ("RUN apt-get update\nRUN apt-get install -y --download-only a", []),
        ("RUN apt-get update\nRUN apt-get install -y --no-download a", []),
        ("RUN apt-get update\nRUN apt-get install -y -d a", []),
        ("RUN apt-get update\nRUN apt-get install -y $PACKAGES", [2]),
        ("RUN apt-get update\nRUN apt-get install -y", []),
        ("RUN apt-get update\nRUN apt-get install -y --fix-broken", [2]),
        ("RUN apt-get update\nRUN apt-get install -y -f", [2]),
        ("RUN apt-get update\nRUN pacman -S a", []),
        ("RUN apt-get clean && apt-get update\n" + INSTALL, [2]),
        ("RUN apt-get update\nRUN apt-get install -y /tmp/a.deb\n" + INSTALL, [2]),
        ("RUN apt-get update\nRUN apt-get update\n" + INSTALL, [3]),
        ("RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update\n" + INSTALL, []),
        ("RUN --mount=type=cache,target=/var/cache/apt apt-get update\n" + INSTALL, []),
        ("RUN --mount=type=cache,target=/root/.cache apt-get update\n" + INSTALL, [2]),
        ("RUN apt-get update && apt-get update\n" + INSTALL, [2, 2]),
        ("RUN apt-get update\nFROM debian:12\n" + INSTALL, []),
        ("RUN apt-get update\nRUN apt-get upgrade -y && apt-get install -y a", [2]),
    ],
)  # fmt: skip
def test_df201_which_updates_grow_stale(body: str, expected: list[int]) -> None:
    assert lines("DF201", f"FROM debian:12\n{body}\n") == expected


def test_df201_first_install_of_a_run_that_upgrades_first() -> None:
    text = "FROM debian:12\nRUN apt-get update\nRUN apt-get upgrade -y && apt-get install -y a && apt-get install -y b\n"
    assert [one[1] for one in related("DF201", text)] == ["apt-get install -y a"]
    [fix] = fixes("DF201", text)
    assert fix
    assert fix[2].endswith(
        "\nRUN apt-get update && apt-get upgrade -y && apt-get install -y a && apt-get install -y b\n"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN apt-get update\nRUN true\nRUN apt-get install -y a",
         "RUN true\nRUN apt-get update && apt-get install -y a"),
        ("RUN apt-get update\nRUN true && sudo apt-get install -y a",
         "RUN true && apt-get update && sudo apt-get install -y a"),
        ("RUN apt-get update\nRUN apt-get upgrade -y\nRUN apt-get install -y a",
         "RUN apt-get update && apt-get upgrade -y\nRUN apt-get update && apt-get install -y a"),
        ("RUN apt-get update\nRUN apk add b; apt-get install -y a",
         "RUN apk add b; apt-get update && apt-get install -y a"),
        ("RUN apt-get update\nRUN apt-get clean && apt-get install -y a",
         "RUN apt-get clean && apt-get update && apt-get install -y a"),
        ("RUN apt-get update && true\nRUN apt-get install -y a", None),
        ("RUN sudo apt-get update\nRUN apt-get install -y a", None),
        ("RUN apt-get \\\n  update\nRUN apt-get install -y a", None),
        ("RUN \\\n  # why\n  apt-get update\nRUN apt-get install -y a", None),
        ("RUN apt-get update;\nRUN apt-get install -y a", None),
        ('RUN ["apt-get", "update"]\nRUN apt-get install -y a', None),
        ('RUN apt-get update\nRUN ["apt-get", "install", "-y", "a"]', None),
        ("RUN apt-get update\nRUN if true; then apt-get install -y a; fi", None),
        ("RUN apt-get update\nRUN sh -c 'apt-get install -y a'", None),
        ("RUN apt-get update\nRUN apt-get install -y a\nRUN if b; then apt-get install -y c; fi", None),
    ],
)  # fmt: skip
def test_df201_where_the_update_goes(body: str, expected: str | None) -> None:
    [fix] = fixes("DF201", f"FROM debian:12\n{body}\n")
    assert fix == (expected and (TITLE_201, "unsafe", f"FROM debian:12\n{expected}\n"))


def test_df202_whole_finding() -> None:
    text = "FROM debian:12\nRUN apt install -y a\nRUN apt-get -q install -y b\n"
    assert said("DF202", text) == [
        (
            "apt install",
            "'apt install' relies on the base image's package index, which may be missing or stale. "
            "Run 'apt update' in the same RUN.",
        ),
        (
            "apt-get -q install",
            "'apt-get install' relies on the base image's package index, which may be missing or stale. "
            "Run 'apt-get update' in the same RUN.",
        ),
    ]
    assert fixes("DF202", text) == [
        (
            "Run 'apt update' first",
            "unsafe",
            "FROM debian:12\nRUN apt update && apt install -y a\nRUN apt-get update && apt-get -q install -y b\n",
        ),
        (
            "Run 'apt-get update' first",
            "unsafe",
            "FROM debian:12\nRUN apt install -y a\nRUN apt-get update && apt-get -q install -y b\n",
        ),
    ]


def test_df202_index_that_an_earlier_line_deletes_or_uses() -> None:
    text = (
        f"FROM debian:12\nRUN apt-get update && apt-get install -y a && {LISTS}\n"
        "RUN apt-get install -y b\nRUN apt-get update && apt-get install -y a\nRUN apt-get install -y c\n"
    )
    assert said("DF202", text) == [
        (
            "apt-get install",
            "'apt-get install' finds no package index, because line 2 deletes it. "
            "Run 'apt-get update' in the same RUN.",
        ),
        (
            "apt-get install",
            "'apt-get install' uses the package index from line 4, which may be stale if that layer is cached. "
            "Run 'apt-get update' in the same RUN.",
        ),
    ]


UPDATED = "RUN apt-get update && apt-get install -y a"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN apt-get install -y a && apt-get install -y b", [2]),
        ("RUN apt-get install -y a\nRUN apt-get install -y b", [2, 3]),
        ("RUN apt-get install -y --download-only a", []),
        ("RUN apt-get install -y --no-download a", []),
        ("RUN apt-get install -y -d a", []),
        ("RUN apt-get install -y -U a", []),
        ("RUN apt-get install -y $PACKAGES", [2]),
        ("RUN apt-get install -y", []),
        ("RUN apt-get install -fy", []),
        ("RUN apt-get upgrade -y", []),
        ("RUN --mount=type=cache,target=/var/lib/apt/lists apt-get install -y a", []),
        ("RUN --mount=type=cache,target=/var/cache/apt apt-get install -y a", []),
        ("RUN add-apt-repository -y ppa:b && apt-get install -y a", []),
        ("RUN apt-get install -y a && add-apt-repository -y ppa:b", [2]),
        ("RUN clean-install b && apt-get install -y a", []),
        ("RUN . ./setup && apt-get install -y a", []),
        ("RUN bash -c true && apt-get install -y a", [2]),
        ("RUN bash setup && apt-get install -y a", []),
        ("RUN $SETUP && apt-get install -y a", []),
        ("RUN ./setup.sh\nRUN apt-get install -y a", []),
        ("RUN echo\nRUN apt-get install -y a", [3]),
        ("RUN apt-get clean && apt-get install -y a", [2]),
        (UPDATED + "\nRUN ./setup.sh\nRUN apt-get install -y b", []),
        ("RUN ./setup.sh\n" + UPDATED + "\nRUN apt-get install -y b", [4]),
        ("RUN apt-get install -y a && apt-get update\nRUN apt-get install -y b", [2]),
        (UPDATED + " && ./setup.sh\nRUN apt-get install -y b", [3]),
        ("RUN apt-get update\nFROM debian:12\nRUN apt-get install -y a", [4]),
        ("ONBUILD RUN apt-get install -y a", []),
    ],
)  # fmt: skip
def test_df202_which_installs_lack_an_update(body: str, expected: list[int]) -> None:
    assert lines("DF202", f"FROM debian:12\n{body}\n") == expected


def test_df202_update_of_an_earlier_stage() -> None:
    text = "FROM debian:12 AS base\nRUN apt-get update\nFROM base\nRUN apt-get install -y a\n"
    assert said("DF202", text) == [
        (
            "apt-get install",
            "'apt-get install' uses the package index from line 2, which may be stale if that layer is cached. "
            "Run 'apt-get update' in the same RUN.",
        )
    ]
    removed = text.replace("update\n", f"update && {LISTS}\n")
    assert "because line 2 deletes it" in said("DF202", removed)[0][1]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN sudo apt-get install -y a", "RUN sudo apt-get update && sudo apt-get install -y a"),
        ("RUN DEBIAN_FRONTEND=noninteractive apt-get install -y a", None),
        ("RUN nice apt-get install -y a", None),
        ('RUN ["apt-get", "install", "-y", "a"]', None),
        ("RUN sh -c 'apt-get install -y a'", None),
        ("RUN if a; then apt-get install -y a; fi", None),
        ("RUN f() { apt-get install -y a; }; f", None),
        ("RUN apt-get clean && apt-get install -y a", "RUN apt-get clean && apt-get update && apt-get install -y a"),
        ("RUN true && apt-get install -y a", "RUN true && apt-get update && apt-get install -y a"),
        ("RUN apt-get install -y a\nRUN true\nRUN apt-get clean\nRUN apt-get install -y b",
         "RUN apt-get update && apt-get install -y a\nRUN true\nRUN apt-get clean\nRUN apt-get install -y b"),
        ("RUN apt-get install -y a\nRUN true\nRUN apt-get install -y b",
         "RUN apt-get update && apt-get install -y a\nRUN true\nRUN apt-get update && apt-get install -y b"),
        ("RUN apt-get install -y a\nRUN ./setup.sh\nRUN apt-get install -y b",
         "RUN apt-get update && apt-get install -y a\nRUN ./setup.sh\nRUN apt-get install -y b"),
        ("RUN apt-get install -y a\nRUN nice apt-get install -y b\nRUN apt-get install -y c",
         "RUN apt-get update && apt-get install -y a\nRUN nice apt-get install -y b\nRUN apt-get install -y c"),
    ],
)  # fmt: skip
def test_df202_where_the_update_goes(body: str, expected: str | None) -> None:
    fix = fixes("DF202", f"FROM debian:12\n{body}\n")[0]
    assert fix == (
        expected and ("Run 'apt-get update' first", "unsafe", f"FROM debian:12\n{expected}\n")
    )


@pytest.mark.parametrize(("count", "is_fixed"), [(50, True), (51, False)])
def test_df202_a_fix_has_at_most_fifty_updates(count: int, is_fixed: bool) -> None:
    text = "FROM debian:12\n" + "RUN apt-get install -y a\n" * count
    assert (fixes("DF202", text)[0] is not None) is is_fixed
