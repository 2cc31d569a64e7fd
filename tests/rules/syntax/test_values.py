"""Values that BuildKit cannot use."""

from __future__ import annotations

import pytest
from one_rule import lines, run

UNPARSABLE = {
    "double-quote": ('ENV A="b', "has an unclosed double quote"),
    "single-quote": ("LABEL a='b", "has an unclosed single quote"),
    "brace": ("WORKDIR ${A", "Add the missing '}'"),
    "brace-after-default": ("user ${A:-b", "Add the missing '}'"),
    "slash": ("ENV A=${B/c", "Add the missing '/'"),
    "modifier": ("ENV A=${B@c}", "contains an invalid substitution"),
    "no-name": ("ENV A=${:-b}", "contains an invalid substitution"),
    "continued": ('ENV A=b \\\n  C="d', "has an unclosed double quote"),
}


@pytest.mark.parametrize(("instruction", "message"), UNPARSABLE.values(), ids=UNPARSABLE)
def test_df011_says_what_is_unclosed(instruction: str, message: str) -> None:
    (finding,) = run("DF011", f"FROM a\n{instruction}\n").findings
    assert message in finding.message


@pytest.mark.parametrize(
    "instruction",
    [
        'ENV A="b"',
        "ENV A='b\"c'",
        "ENV A=${B:-c}",
        "ENV A=${B:?must be set}",
        'RUN echo "b',
        'VOLUME ["/b"]',
        "COPY <<'EOF' /b\n\"\nEOF",
    ],
)
def test_df011_accepts_what_buildkit_accepts(instruction: str) -> None:
    assert lines("DF011", f"FROM a\n{instruction}\n") == []


def test_df011_only_pairs_are_what_hadolint_reports() -> None:
    assert run("DF011", 'FROM a\nENV A="b\n').findings[0].aliases == ("DL1000",)
    assert run("DF011", 'FROM a\nUSER "b\n').findings[0].aliases == ()


PORTS = {
    "80": 0, "80/udp": 0, "53/TCP": 0, "8000-8010": 0, "127.0.0.1:80:80": 0, "$PORT": 0, "${PORT:-80}": 0, '"80"': 0,
    "http": 1, "80/dns": 1, "90-80": 1, "80-": 1, "80 # web and more": 1, "80,90": 1, "٨٠": 1,
}  # fmt: skip


@pytest.mark.parametrize(("ports", "count"), PORTS.items(), ids=PORTS)
def test_df013_port(ports: str, count: int) -> None:
    assert len(lines("DF013", f"FROM a\nexpose {ports}\r\n")) == count


@pytest.mark.parametrize(
    ("signal", "count"),
    [
        ("SIGTERM", 0), ("term", 0), ("9", 0), ("SIGRTMIN+3", 0), ("$SIGNAL", 0), ('"SIGQUIT"', 0),
        ("SIGTREM", 1), ("SIGRTMIN+16", 1), ("-9", 1),
    ],
)  # fmt: skip
def test_df014_signal(signal: str, count: int) -> None:
    assert len(lines("DF014", f"FROM a\nSTOPSIGNAL {signal}\n")) == count


def test_df014_suggests_the_nearest_signal() -> None:
    (finding,) = run("DF014", "FROM a\nSTOPSIGNAL sigtrem\n").findings
    assert finding.message.endswith("Did you mean 'SIGTERM'?")


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ("https://example.com/b /c", 1), ("HTTP://example.com/b d /c", 1), ("git@example.com:b.git /c", 1),
        ('["https://example.com/b", "/c"]', 1), ("--from=d https://example.com/b /c", 0), ("b /https://c", 0),
    ],
)  # fmt: skip
def test_df015_url(arguments: str, count: int) -> None:
    assert len(lines("DF015", f"FROM a\ncopy {arguments}\n")) == count
    assert lines("DF015", f"FROM a\nADD {arguments}\n") == []
