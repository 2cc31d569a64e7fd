"""What BuildKit's second stage refuses: the message as it prints it, and the marked text."""

from __future__ import annotations

import pytest

from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source


def refusals(text: str) -> list[tuple[str, str, str]]:
    """Message, marked text and kind of each error below a FROM."""
    text = f"FROM a\n{text}\n"
    return [
        (one.message, text[one.start : one.end], one.kind) for one in Document(Source(text)).errors
    ]


@pytest.mark.parametrize(
    ("text", "message", "marked", "kind"),
    [
        ("RNU b", "unknown instruction: RNU (did you mean RUN?)", "RNU", "unknown"),
        ("rnu b", "unknown instruction: rnu (did you mean run?)", "rnu", "unknown"),
        ("Rnu b", "unknown instruction: Rnu (did you mean RUN?)", "Rnu", "unknown"),
        ("XYZXYZ b", "unknown instruction: XYZXYZ", "XYZXYZ", "unknown"),
        ("FROM", "FROM requires either one or three arguments", "FROM", "arguments"),
        ("FROM a b", "FROM requires either one or three arguments", "FROM", "arguments"),
        ("FROM a is b", "FROM requires either one or three arguments", "FROM", "arguments"),
        ("FROM a as b c", "FROM requires either one or three arguments", "FROM", "arguments"),
        ('FROM a as 1"b', "invalid name for build stage: \"1\\\"b\", name can't start with a number or contain symbols",
         '1"b', "value"),
        ("FROM a AS b/c", "invalid name for build stage: \"b/c\", name can't start with a number or contain symbols",
         "b/c", "value"),
        ("ARG", "ARG requires at least one argument", "ARG", "arguments"),
        ("ARG b =c", "ARG names can not be blank", "=c", "arguments"),
        ("ENV", "ENV requires at least one argument", "ENV", "arguments"),
        ("ENV b=c =d", "ENV names can not be blank", "=d", "arguments"),
        ("LABEL =d", "LABEL names can not be blank", "=d", "arguments"),
        ("SHELL", "SHELL requires at least one argument", "SHELL", "arguments"),
        ("SHELL sh -c", "SHELL requires the arguments to be in JSON form", "SHELL", "value"),
        ("WORKDIR", "WORKDIR requires exactly one argument", "WORKDIR", "arguments"),
        ("USER", "USER requires exactly one argument", "USER", "arguments"),
        ("MAINTAINER", "MAINTAINER requires exactly one argument", "MAINTAINER", "arguments"),
        ("STOPSIGNAL", "STOPSIGNAL requires exactly one argument", "STOPSIGNAL", "arguments"),
        ("EXPOSE", "EXPOSE requires at least one argument", "EXPOSE", "arguments"),
        ("VOLUME", "VOLUME requires at least one argument", "VOLUME", "arguments"),
        ('VOLUME ["/a", " "]', "VOLUME specified can not be an empty string", '" "', "value"),
        ("ONBUILD", "ONBUILD requires at least one argument", "ONBUILD", "arguments"),
        ("ONBUILD onbuild RUN b", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", "onbuild", "trigger"),
        ("ONBUILD FROM b", "FROM isn't allowed as an ONBUILD trigger", "FROM", "trigger"),
        ("ONBUILD maintainer b", "MAINTAINER isn't allowed as an ONBUILD trigger", "maintainer", "trigger"),
        ("COPY b", "COPY requires at least two arguments, but only one was provided. Destination could not be determined",
         "COPY", "arguments"),
        ("ADD", "ADD requires at least two arguments, but only one was provided. Destination could not be determined",
         "ADD", "arguments"),
        ("COPY b <<E\nE", "COPY cannot accept a heredoc as a destination", "<<E", "arguments"),
        ("HEALTHCHECK", "HEALTHCHECK requires at least one argument", "HEALTHCHECK", "arguments"),
        ("HEALTHCHECK NONE b", "HEALTHCHECK NONE takes no arguments", "b", "arguments"),
        ("HEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD", "CMD", "arguments"),
        ('HEALTHCHECK "b" c', 'Unknown type "\\"B\\"" in HEALTHCHECK (try CMD)', '"b"', "value"),
        ("HEALTHCHECK --intreval=1s CMD b", "unknown flag: --intreval (did you mean interval?)", "--intreval=1s", "flag"),
        ("HEALTHCHECK --interval=1 CMD b", 'time: missing unit in duration "1"', "--interval=1", "value"),
        ("HEALTHCHECK --timeout=1us CMD b", 'Interval "timeout" cannot be less than 1ms', "--timeout=1us", "value"),
        ("HEALTHCHECK --start-period=-1s CMD b", 'Interval "start-period" cannot be less than 1ms', "--start-period=-1s",
         "value"),
        ("HEALTHCHECK --start-interval=x CMD b", 'time: invalid duration "x"', "--start-interval=x", "value"),
        ("HEALTHCHECK --retries=x CMD b", 'strconv.ParseInt: parsing "x": invalid syntax', "--retries=x", "value"),
        ("HEALTHCHECK --retries=-2 CMD b", "--retries cannot be negative (-2)", "--retries=-2", "value"),
        ("RUN --mont=b c", "unknown flag: --mont (did you mean mount?)", "--mont=b", "flag"),
        ("RUN --xyzxyz c", "unknown flag: --xyzxyz", "--xyzxyz", "flag"),
        ("CMD --mount=a b", "unknown flag: --mount", "--mount=a", "flag"),
        ("RUN --network=none --network=none c", "duplicate flag specified: --network", "--network=none", "flag"),
        ("RUN --network c", "missing a value on flag: --network", "--network", "flag"),
        ("RUN --network=b c", 'invalid network mode "b"', "--network=b", "flag"),
        ("RUN --security=b c", 'security "b" is not valid', "--security=b", "flag"),
        ("COPY --link=b c d", "expecting boolean value for flag --link, not: b", "--link=b", "flag"),
        ("COPY --link= c d", "missing a value on flag: --link", "--link=", "flag"),
        ('RUN --mount=\\"a c', 'failed to parse csv mounts: parse error on line 1: bare " in field', '--mount=\\"a',
         "flag"),
        ("RUN --mount=type=bind,from=$a,target=/b c",
         "'from' doesn't support variable expansion, define alias stage instead", "--mount=type=bind,from=$a,target=/b",
         "flag"),
        ('RUN --device=\\"a c', "failed to parse csv devices", '--device=\\"a', "flag"),
        ("RUN --device=a,b c", "invalid field 'b' must be a key=value pair", "--device=a,b", "flag"),
        ("RUN --device=a,name=b c", "device name already set to a", "--device=a,name=b", "flag"),
        ("RUN --device=name=a,NAME=b c", "device name already set to a", "--device=name=a,NAME=b", "flag"),
        ("RUN --device=a=b,name=c c", "device name already set to a=b", "--device=a=b,name=c", "flag"),
        ("RUN --device=name c", "invalid field 'name' must be a key=value pair", "--device=name", "flag"),
        ("RUN --device=a,required=2 c", "invalid value for required: 2", "--device=a,required=2", "flag"),
        ("RUN --device=Required=no c", "invalid value for required: no", "--device=Required=no", "flag"),
    ],
)  # fmt: skip
def test_one_refusal(text: str, message: str, marked: str, kind: str) -> None:
    assert refusals(text) == [(message, marked, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "FROM --platform=b c AS d-1_x.y",
        "FROM a as B",
        "ARG b c=d",
        "ENV b c",
        "RUN --network=default b",
        "RUN --network=none b",
        "RUN --network=host b",
        "RUN --security=sandbox b",
        "RUN --security=insecure b",
        "RUN --mount=type=bind,from=b --mount=type=tmpfs,target=/c d",
        "RUN --mount=type=bind,from=b$ c",
        "RUN --mount=from b",
        "RUN --mount=type=bind,source=$a,target=/b c",
        "RUN --device=a --device=b c",
        "RUN --device=vendor.com/class=device c",
        "RUN --device=a,required c",
        "RUN --device=a,required=true c",
        "RUN --device=a,required=F c",
        "RUN --device=required,name=a c",
        "RUN --device=name=a c",
        "RUN --device=name=,name=a c",
        "RUN --device=a,other=b c",
        "COPY --link --parents=false --exclude=a --exclude=b c d",
        "COPY --link=TRUE c d",
        "COPY --chown=1 --chmod=1 --from=a c d",
        "COPY <<E d\nE",
        "ADD --checksum=a --keep-git-dir --unpack=true --link b c",
        "HEALTHCHECK NONE",
        "HEALTHCHECK none",
        "HEALTHCHECK CMD b",
        "HEALTHCHECK --interval=0 --timeout=1ms --start-period=1s --start-interval=0s --retries=3 CMD b",
        "HEALTHCHECK --interval= --retries= CMD b",
        "HEALTHCHECK --retries=+0 CMD b",
        'SHELL ["sh", "-c"]',
        'VOLUME ["/a"]',
        'VOLUME ["\\u001f"]',
        "ONBUILD RUN b",
    ],
)
def test_accepted(text: str) -> None:
    assert refusals(text) == []


def test_only_the_first_reason_is_given() -> None:
    assert refusals("COPY --chwon=1 b") == refusals("COPY b")
    assert [one[0] for one in refusals("RUN --network=b --security=b c")] == [
        'invalid network mode "b"'
    ]
    assert [one[0] for one in refusals("RUN --device=a,b,c d")] == [
        "invalid field 'b' must be a key=value pair"
    ]
    assert [one[0] for one in refusals("RUN --mount=from=$a,from=$b c")] == [
        "'from' doesn't support variable expansion, define alias stage instead"
    ]
    assert [one[0] for one in refusals("HEALTHCHECK --interval=x --timeout=y --retries=z CMD")] == [
        "Missing command after HEALTHCHECK CMD"
    ]
    assert [
        one[0] for one in refusals("HEALTHCHECK --interval=x --timeout=y --retries=z CMD b")
    ] == ['time: invalid duration "x"']
    assert [one[0] for one in refusals("ENV =a =b")] == ["ENV names can not be blank"]
    assert [one[0] for one in refusals('VOLUME ["", ""]')] == [
        "VOLUME specified can not be an empty string"
    ]
