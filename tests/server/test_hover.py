"""What a hover says, and about which part of the text."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from editor import EXAMPLE, URI, Client, cut, linted, new_session, title_of
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules.server.hover.hover import hover
from dockerlint_rules.server.hover.markup import Markup
from dockerlint_rules.server.session import Session

TODAY = "2026-11-25"


def session_of(plain: bool = False, **options: Any) -> Session:
    session = new_session(**{"isolated": True, "today": TODAY, **options})
    if plain:
        session.capabilities = {"textDocument": {"hover": {"contentFormat": ["plaintext"]}}}
    return session


def hover_at(marked: str, plain: bool = False, **options: Any) -> tuple[str, str] | None:
    """The text that the hover is about, and the hover itself."""
    text, offset = cut(marked)
    session = session_of(plain, **options)
    file = linted(text, session)
    assert file.problems == []
    found = hover(file, session, offset)
    if found is None:
        return None
    start, end = (file.text.offset(found["range"][side]) for side in ("start", "end"))
    return file.text.text[start:end], found["contents"]["value"]


def fact(marked: str, **options: Any) -> str | None:
    """The hover without the rules of findings."""
    found = hover_at(marked, **options)
    return None if found is None else found[1].partition("\n\n---\n\n")[0]


# -- over the wire ------------------------------------------------------------------------------------


@pytest.fixture
def client(client: Client) -> Client:
    client.start()
    client.open(URI, EXAMPLE)
    client.diagnostics(URI)
    return client


def test_hover(client: Client) -> None:
    for line, character, expected in [
        (5, 1, "Runs a command during the build"),
        (2, 15, "is `3.13` here"),
        (13, 11, "is `fast` here"),
        (15, 13, "Stage **build** (line 3)"),
        (11, 6, "Stage **build** (line 3)"),
        (15, 8, "**--from**"),
        (7, 40, "eeps its data in `/var/lib/redis`"),
        (14, 6, "the empty image"),
        (7, 25, "How to fix"),
    ]:
        found = client.about("hover", URI, line, character)
        assert expected in found["contents"]["value"]
    assert client.about("hover", URI, 99, 0) is None


# -- variables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "place", "expected"),
    [
        ("FROM a\nENV ‸X=1", "X", "**X** is set to `1`."),
        ("FROM a\nENV X=1\nENV X‸=2", "X", "**X** is set to `2`."),
        ("FROM a\nENV X=1 Y‸=$X", "Y", "**Y** is set to `$X`."),
        ("FROM a\nENV X=1\nENV Y‸=$X", "Y", "**Y** is set to `1`."),
        ("FROM a\nENV X‸=", "X", "**X** is empty."),
        ("FROM a\nenv X‸ 1 2", "X", "**X** is set to `1 2`."),
        ("FROM a\nARG X‸=1", "X", "**X** is `1`."),
        ("FROM a\nARG X‸", "X", "**X** is empty unless `--build-arg X=…` is passed."),
        ("ARG X‸=1\nFROM a", "X", "a stage that needs it must repeat `ARG X`."),
        ("ARG X=1\nFROM a\nARG X‸", "X", "**X** is `1`, from the ARG on line 1."),
        ("FROM a\nONBUILD ENV X‸=1", "X", "Set in builds that use this image as their base."),
        ("FROM a\nENV X=1\nRUN echo $X‸", "$X", "**$X** is `1` here (ENV on line 2)."),
        ("FROM a\nENV X=1\nENV X=2\nRUN ‸${X}", "${X}", "is `2` here (ENV on line 3)."),
        ("FROM a\nENV X=1\nRUN $X‸\nENV X=2", "$X", "is `1` here (ENV on line 2)."),
        ("FROM a AS b\nENV X=1\nFROM b\nRUN $X‸", "$X", "is `1` here (ENV on line 2)."),
        ("FROM a\nENV X=\nRUN $X‸", "$X", "**$X** is empty here (ENV on line 2)."),
        ("FROM a\nENV X='`'\nRUN $X‸", "$X", "is `` ` `` here"),
        ("FROM a\nENV X='a`b``c'\nRUN $X‸", "$X", "is ```a`b``c``` here"),
        ("FROM a\nENV X=1\nCMD $X‸", "$X", "is `1` when the container starts"),
        ("FROM a\nARG X=1\nCMD $X‸", "$X", "is only set during the build"),
        ("ARG X=1\nFROM a\nCMD $X‸", "$X", "the ARG on line 1 is only set during the build"),
        ("FROM a\r\nENV X=1\r\nRUN $X‸\r\n", "$X", "**$X** is `1` here (ENV on line 2)."),
        ("# escape=`\nFROM a\nENV X=1 `\n Y=2\nRUN $Y‸", "$Y", "is `2` here (ENV on line 4)."),
        ("FROM a\nENV AB=1\nRUN $A‸\\\nB", "$A\\\nB", "**$AB** is `1` here"),
        ('FROM a\nENV X=1\nCOPY ["$‸X", "b"]', "$X", "is `1` here"),
        ("FROM a\nENV X=1\nCOPY <<E b\n$X‸\nE", "$X", "is `1` here"),
        ("FROM a\nENV X=1\nRUN sh -c 'echo $X‸'", "$X", "is `1` here"),
        (
            "ARG X=1\nFROM a\nRUN echo $X‸",
            "$X",
            "the ARG on line 1 is before the first FROM. This stage must repeat it with `ARG X`.",
        ),
        ("FROM --platform=$BUILDPLATFORM‸ a", "$BUILDPLATFORM", "of the builder"),
        ("FROM a\nRUN $TARGETARCH‸", "$TARGETARCH", "this stage must declare it with `ARG TARGETARCH`"),
        ("FROM a\nARG TARGETARCH\nRUN $TARGETARCH‸", "$TARGETARCH", "amd64 or arm64 (ARG on line 2)."),
        ("FROM a\nRUN echo $PATH‸", "$PATH", "The directories to search for programs"),
        ("FROM a\nRUN echo $http_proxy‸", "$http_proxy", "A proxy"),
        ("FROM a:$X‸", "$X", "no ARG before FROM declares it"),
    ],
)  # fmt: skip
def test_a_variable(marked: str, place: str, expected: str) -> None:
    found = hover_at(marked)
    assert found is not None
    assert found[0] == place
    assert expected in found[1]


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("${X:-d‸}", "`${X:-d}` expands to `a.tar.gz`."),
        ("${X:+d}‸", "`${X:+d}` expands to `d`."),
        ("${X%.gz}‸", "`${X%.gz}` expands to `a.tar`."),
        ("${X##*.}‸", "`${X##*.}` expands to `gz`."),
        ("${X/tar/zip}‸", "expands to `a.zip.gz`."),
        ("${X:-$Y}‸", "expands to `a.tar.gz`."),
        ("${Z-d}‸", "expands to `d` unless the base image sets it."),
        ("${Z:+d}‸", "expands to nothing unless the base image sets it."),
        ("${Z:-$X}‸", "expands to `a.tar.gz` unless the base image sets it."),
    ],
)
def test_what_an_expansion_gives(use: str, expected: str) -> None:
    text = fact(f"FROM a\nENV X=a.tar.gz Y=1\nRUN echo {use}")
    assert text is not None
    assert text.endswith(expected)


def test_what_an_expansion_gives_is_not_guessed() -> None:
    assert fact("FROM a\nENV X=1\nRUN echo ${X:0:1}‸") == "**$X** is `1` here (ENV on line 2)."
    assert fact("FROM a\nRUN echo ${Z:-$(date)}‸") is None


def test_build_arguments_of_the_configuration() -> None:
    given = {"build_arg": {"X": "2"}}
    expected = "from the build arguments in the configuration"
    assert fact("FROM a\nARG X‸=1", **given) is not None
    text = fact("FROM a\nARG X=1\nRUN $X‸", **given)
    assert text == f"**$X** is `2` here (ARG on line 2), {expected} (default: `1`)."
    assert expected in (fact("ARG X=1\nFROM a:$X‸", **given) or "")
    assert expected not in (fact("FROM a\nENV X=1\nRUN $X‸", **given) or "")


@pytest.mark.parametrize(
    "marked",
    [
        "FROM a\nRUN for f in *; do echo $f‸; done",
        "FROM a\nENV f=1\nRUN for f in *; do echo $f‸; done",
        "FROM a\nRUN awk '{print $NF‸}'",
        "FROM a\nRUN echo $1‸ $@",
        "FROM a\nENV X=1\nRUN X=2 && echo $X‸",
        "FROM a\nENV X=1\nRUN echo '$X‸'",
        "FROM a\nENV X=1\nRUN echo \\$X‸",
        "FROM a\nENV X=1\nENV Y='$X‸'",
        "FROM a\nRUN <<E\nfoo=1\necho $foo‸\nE",
        "FROM a\nRUN echo $foo‸",
        "FROM a\nRUN curl‸ a",
        "FROM a\nRUN apt-get‸ --version",
        "FROM a\nCOPY --from=0‸ a b",
        "FROM a\nENV X=1‸",
        "‸",
        "FROM a\n\n‸\n",
    ],
)
def test_nothing_is_said(marked: str) -> None:
    assert hover_at(marked, select=["DF101"]) is None


# -- images -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (
            "debian:bullseye",
            "No longer supported since 2026-08-31. Use 'debian:13', which is supported until",
        ),
        ("debian:buster", "No longer supported since 2024-06-30."),
        ("debian:bookworm", "Only long-term support since 2026-07-11, until 2028-06-30."),
        ("debian:trixie", "Supported until 2028-08-09, with long-term support until 2030-06-30."),
        ("python:3.13", "Supported until 2029-10-31."),
        (
            "python:3.7",
            "No longer supported since 2023-06-27. Use 'python:3.14', which is supported",
        ),
        (
            "php:8.2-cli",
            "Supported until 2026-12-31. Use 'php:8.5', which is supported until 2029-12-31.",
        ),
        ("nginx:1.31", "No end of support has been announced."),
        ("python:3.13-buster", "Debian 10 inside: no longer supported since 2024-06-30."),
        ("openjdk:17", "No longer updated: deprecated in 2022"),
        ("debian", "No tag, so `latest`: it moves with every release."),
        ("debian:latest", "The tag moves with every release."),
        (f"debian@sha256:{'0' * 64}", "Pinned by digest: always the same image."),
        ("alpine:3.22", "**alpine:3.22**, an official image."),
        ("bitnami/redis:7", "an image on Docker Hub"),
        ("ghcr.io/a/b:1", "an image on ghcr.io"),
        ("public.ecr.aws/docker/library/redis:7", "a copy of Docker Hub's redis"),
        ("redis:7", "eeps its data in `/data`, and declares a volume for it."),
        ("node:22-alpine3.22", "Variant alpine: "),
        ("python:3.13-slim-trixie", "Variant slim: "),
        ("scratch", "the empty image"),
    ],
)
@pytest.mark.parametrize("form", ["FROM {}‸", "from ‸{} as b", "FROM a\nCOPY --from={}‸ b c"])
def test_an_image(image: str, expected: str, form: str) -> None:
    found = hover_at(form.format(image))
    assert found is not None
    assert found[0] == image
    assert expected in found[1]


@pytest.mark.parametrize(
    "image", ["debian:bullseye", "debian:buster", "python:3.7", "python:3.13-buster", "ubuntu:18.04"]
)  # fmt: skip
def test_the_end_of_life_is_the_one_of_the_rule(image: str) -> None:
    session = session_of()
    file = linted(f"FROM {image}", session)
    (message,) = [one.message for one in file.findings if one.code == "DF110"]
    date = re.search(r"\d{4}-\d\d-\d\d", message)
    assert date is not None
    assert f"o longer supported since {date[0]}" in (fact(f"FROM {image}‸") or "")


def test_today_is_the_day_of_the_settings() -> None:
    assert "Supported until 2023-06-27" in (fact("FROM python:3.7‸", today="2023-01-01") or "")


# -- what else stands in a file -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "place", "expected"),
    [
        ("FROM a\nONBUILD RU‸N b", "RUN", "**RUN**: Runs a command"),
        ("FROM a\nONBU‸ILD RUN b", "ONBUILD", "**ONBUILD**"),
        ("FROM a\nONBUILD COPY --chown‸=b c d", "--chown", "The owner and group"),
        ("FROM a\nONBUILD COPY --from=nginx:1.31‸ c d", "nginx:1.31", "an official image"),
        ("FROM a AS b\nONBUILD COPY --from=b‸ c d", "b", "The stage or image to copy from."),
        ("from a\nr‸un b", "run", "**RUN**"),
        ("FROM a A‸S b", "AS", "Names the stage"),
        ("FROM a\nRUN --mo‸unt=type=cache,target=/x b", "--mount", "**--mount**"),
        ("FROM a\nRUN --mount=type=cac‸he,target=/x b", "type=cache", "is kept between builds"),
        ("FROM a\nRUN --mount=type=cache,tar‸get=/x b", "target=/x", "**target**: The path of the mount"),
        ("FROM a\nRUN --mount=type=cache,target=/x,sharing=locked‸ b", "sharing=locked", "waits"),
        ("FROM a\nRUN --mount=type=cache,id‸=x,target=/x b", "id=x", "**id**"),
        ("FROM a\nRUN --mount=type=secret,required‸ b", "required", "**required**"),
        ("FROM a\nRUN --mount=fr‸om=nginx:1.31,target=/x b", "from=nginx:1.31", "**from**"),
        ("FROM a\nRUN --mount=from=ngi‸nx:1.31,target=/x b", "nginx:1.31", "an official image"),
        ("FROM a AS b\nFROM c\nRUN --mount=from=b‸,target=/x d", "b", "Stage **b** (line 1)"),
        ("FROM a\nFROM b\nCOPY --from=0‸ c d", "0", "Stage **0** (line 1)"),
        ("FROM a\nRUN --network=no‸ne b", "--network=none", "No network"),
        ("FROM a\nCOPY --lin‸k b c", "--link", "Copies into an independent layer"),
        ("# synt‸ax=docker/dockerfile:1\nFROM a", "# syntax=docker/dockerfile:1", "frontend"),
        ("# escape=`‸\nFROM a", "# escape=`", "The escape character"),
        ("# check=error=tr‸ue\nFROM a", "# check=error=true", "build checks"),
        ("FROM a\nEXPOSE 80 44‸3/tcp", "443/tcp", "Port 443 of the container, TCP."),
        ("FROM a\nEXPOSE 80‸00-8010/udp", "8000-8010/udp", "Ports 8000-8010 of the container, UDP."),
        ("FROM a\nUSER app‸:web", "app:web", "**app**: runs the following instructions"),
        ("FROM a\nUSER ro‸ot", "root", "all privileges"),
        ("FROM a\nSTOPSIGNAL ‸SIGQUIT", "SIGQUIT", "asks the program to quit"),
        ("FROM a\nSTOPSIGNAL ‸15", "15", "**SIGTERM**"),
        ("FROM a\nWORKDIR /a\nWORKDIR b‸", "b", "**/a/b**"),
        ("FROM a\nHEALTHCHECK NO‸NE", "NONE", "No health check"),
        ("FROM a\nHEALTHCHECK --retries‸=3 CMD b", "--retries", "The number of failures in a row"),
        ("FROM a\nRUN pip install -r req‸uirements.txt", "requirements.txt", "pip reads this requirements file."),
        ("FROM a\nRUN pip install ./b‸", "./b", "pip installs this directory."),
        ("FROM a\nRUN pip install https://b/c.zip‸", "https://b/c.zip", "pip installs this URL."),
        ("FROM a\nRUN pip install b.whl‸", "b.whl", "pip installs this archive."),
        ("FROM a\nRUN pip install flask‸==1.0", "flask==1.0", "pip installs this pip package, pinned to `1.0`."),
        ("FROM a\nRUN pip install 'flask‸>=1'", "'flask>=1'", "version `>=1`."),
        ("FROM a\nRUN apt-get install -y cu‸rl", "curl", "apt-get installs this apt package in its current version."),
        ("FROM a\nRUN apt-get remove -y cu‸rl", "curl", "apt-get removes this apt package."),
        ("FROM a\nRUN apk add \\\n  cu‸rl \\\n  git", "curl", "apk installs this apk package"),
        ("FROM a\nRUN apk add cu‸\\\nrl", "cu\\\nrl", "**curl**"),
        ('FROM a\nRUN ["apk", "add", "cu‸rl"]', '"curl"', "**curl**"),
    ],
)  # fmt: skip
def test_an_element(marked: str, place: str, expected: str) -> None:
    found = hover_at(marked)
    assert found is not None
    assert found[0] == place
    assert expected in found[1]


@pytest.mark.parametrize("marked", ["FROM ‸debian:12", "FROM deb‸ian:12", "FROM debian:12‸"])
def test_the_beginning_the_middle_and_the_end_are_the_same(marked: str) -> None:
    found = hover_at(marked)
    assert found is not None
    assert found[0] == "debian:12"


# -- findings -----------------------------------------------------------------------------------------


def test_beside_a_fact_a_finding_is_one_line() -> None:
    found = hover_at("FROM debian‸\nRUN a", select=["DF101"])
    assert found is not None
    text, line = found[1].split("\n\n---\n\n")
    assert text.startswith("**debian**")
    title = re.escape(title_of("DF101").rstrip("."))
    assert re.fullmatch(rf"- \*\*DF101\*\* \[{title}]\(https://\S+DF101\S*\)", line)


def test_where_nothing_else_is_known_the_page_is_shown() -> None:
    found = hover_at("FROM a\nRUN apt-get‸ install b", select=["DF206"])
    assert found is not None
    assert found[0] == "apt-get install"
    assert found[1].startswith(f"**{title_of('DF206')}** ")
    assert "How to fix: add `--no-install-recommends`" in found[1]
    assert "[DF206: recommended-packages](https://" in found[1]


def test_there_are_at_most_three() -> None:
    found = hover_at("FROM a\nRUN apt-get‸ install b")
    assert found is not None
    assert 1 < found[1].count("How to fix") <= 3


@pytest.mark.parametrize(
    ("marked", "place", "expected"),
    [
        ("# dockerlint: ignore=DF1‸01\nFROM a", "DF101", "DF101: untagged-base-image"),
        ("# dockerlint: ignore=untagged-base‸-image\nFROM a", "untagged-base-image", "DF101"),
        ("# hadolint ignore=DL3006,DL3008‸\nFROM a", "DL3008", "DF211: "),
        ("# hadolint ignore=DL3006,SC2086‸\nFROM a", "SC2086", "shellcheck.net/wiki/SC2086"),
        ("# check=skip=JSONArgs‸Recommended\nFROM a", "JSONArgsRecommended", "DF601: "),
        ("FROM a\n# noqa: DF101‸\nRUN a", "DF101", "DF101: untagged-base-image"),
        ("FROM a\nRUN <<E\n# dockerlint: ignore=DF101‸\nE\n", "DF101", "DF101: "),
    ],
)  # fmt: skip
def test_a_code_in_an_ignore_comment(marked: str, place: str, expected: str) -> None:
    found = hover_at(marked)
    assert found is not None
    assert found[0] == place
    assert expected in found[1]
    assert "How to fix" in found[1] or place.startswith("SC")


def test_other_comments_say_nothing() -> None:
    assert hover_at("# DF101‸ is a code\nFROM a") is None


def test_a_compose_file_has_only_its_findings() -> None:
    session = session_of()
    text = "services:\n  a:\n    image: b\n    environment:\n      X: $Y\n"
    file = linted(text, session, "file:///w/compose.yaml")
    for offset in range(len(text)):
        found = hover(file, session, offset)
        assert found is None or "DF" in found["contents"]["value"]


def test_settings_that_cannot_be_read_are_no_reason_to_say_nothing() -> None:
    session = session_of()
    file = linted("FROM a\nENV X=1\n", session)
    session.options = {"select": ["nonsense"]}
    session.forget_settings()
    assert hover(file, session, 11) is not None


# -- Markdown and plain text ----------------------------------------------------------------------------

REAL = """\
# syntax=docker/dockerfile:1
# check=skip=UndefinedVar
ARG V=3.13 BASE
FROM --platform=$BUILDPLATFORM python:${V:-3}-slim AS build
ENV A="x $V" B='$A' S=*a*_b_ \\
    # a comment
    C=\\$A
LABEL $A=${B:+b${C%x*}}
# hadolint ignore=DL3008,SC2086
RUN --mount=type=cache,target=/r,id=$A <<EOF bash && cat <<'X' <<-Y
echo $A "$(echo `echo $B`)" $((A+1)) ${A:-$B} 'q' \\
EOF
$A
X
\t${B}
Y
RUN set -eux; for i in a b; do case $i in a) echo "$i $S";; esac; done; \\
    pip install -r requirements.txt "x==$V" ./*a* && apt-get install redis-server
ONBUILD RUN --mount=type=bind,from=build echo $A
ONBUILD COPY --chown=$A a ${B} /
COPY <<E /x
$A
E
USER app:$A
EXPOSE 80/tcp $A
STOPSIGNAL SIGTERM
WORKDIR a_*b
HEALTHCHECK --interval=3s CMD curl $A
FROM build
ARG A
COPY --from=build --chmod=755 ["a$A", "b\\u0041"]
COPY --from=nginx:1.29 /a /b
SHELL ["powershell", "-c"]
RUN echo $env:A ${env:B}
ENTRYPOINT ["sh", "-c", "echo $A"]
CMD echo $A
"""


def well_formed(text: str) -> bool:
    """Whether what stands outside of code and links has its asterisks and backticks in pairs."""
    text = re.sub(r"\\.", "", text)
    text = re.sub(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)", "", text)
    text = re.sub(r"\[[^\]]*\]\(https://[^)\s]*\)", "", text)
    text = re.sub(r"\*\*[^*\n]+\*\*", "", text)
    return not set("*`[]") & set(text)


@pytest.mark.parametrize("plain", [False, True], ids=["markdown", "plaintext"])
def test_what_is_said_is_well_formed(plain: bool) -> None:
    session = session_of(plain)
    file = linted(REAL, session)
    values = set()
    for offset in range(len(REAL) + 1):
        found = hover(file, session, offset)
        if found is not None:
            assert found["contents"]["kind"] == ("plaintext" if plain else "markdown")
            values.add(found["contents"]["value"])
    assert len(values) > 40
    for value in values:
        if plain:
            assert "**" not in value
            assert "](" not in value
            assert "`" not in value.replace("`echo $B`", "")
        else:
            assert well_formed(value), value


def test_plain_text_keeps_what_belongs_to_the_text() -> None:
    found = hover_at("FROM a\nENV X='**a** `b`'\nRUN $X‸", plain=True, select=["DF101"])
    assert found is not None
    assert found[1] == "$X is **a** `b` here (ENV on line 2)."
    found = hover_at("FROM a\nRU‸N b", plain=True, select=["DF101"])
    assert found is not None
    assert found[1].endswith("\n\nReference: https://docs.docker.com/reference/dockerfile/#run")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("a\nb", "`a b`"),
        ("``a", "``` ``a ```"),
        ("x" * 400, f"`{'x' * 300}…`"),
    ],
)
def test_code(text: str, shown: str) -> None:
    assert Markup(is_markdown=True).code(text) == shown


def test_text_that_markdown_would_read_otherwise() -> None:
    markup = Markup(is_markdown=True)
    assert markup.bold("a*b_c_ <d>") == r"**a\*b_c\_ \<d\>**"
    assert markup.prose("use ``a_*`` not *b*") == r"use `a_*` not \*b\*"


# -- files of all kinds -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [REAL.replace("\n", "\r\n"), REAL.replace("\\", "`")])
def test_nothing_raises_at_any_offset(text: str) -> None:
    session = session_of()
    file = linted(text, session)
    for offset in range(len(text) + 1):
        hover(file, session, offset)


@given(st.integers(0, len(REAL)), st.integers(0, len(REAL)), st.integers(0, len(REAL)))
def test_nothing_raises_in_a_file_that_is_half_typed(start: int, end: int, offset: int) -> None:
    start, end = min(start, end), max(start, end)
    session = session_of(select=["DF101"])
    for text in (REAL[:start] + REAL[end:], REAL[start:end], REAL[:end]):
        file = linted(text, session)
        for place in (start, offset, len(text), len(text) - 1):
            hover(file, session, min(max(place, 0), len(text)))


@pytest.mark.parametrize(
    "line", ["ENV X{}=$X\n", "RUN echo $X a{} && pip install b\n", "FROM a AS s{}\nCOPY --from=s{} a b\n"]
)  # fmt: skip
def test_a_long_file_takes_no_time(line: str) -> None:
    text = "FROM a\nENV X=1\n" + line.replace("{}", "0") * 1000 + "RUN echo $X"
    session = session_of(select=["DF101"])
    file = linted(text, session)
    took = []
    for _ in range(5):
        start = time.process_time()
        hover(file, session, len(text))
        took.append(time.process_time() - start)
    assert min(took) < 0.1  # twenty times what it takes where it is quick
