"""Files and packages that a later layer removes, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines, run

TAR = "https://example.com/a.tar.gz"


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF302", "COPY . /tmp/src\nRUN make -C /tmp/src && rm -rf /tmp/src", [3]),
        ("DF302", "COPY a.whl /tmp/p/\nRUN rm -rf /tmp/p", [3]),
        ("DF302", "COPY a.whl /tmp/\nRUN rm -rf /tmp/*", [3]),
        ("DF302", "COPY a.whl /tmp/\nRUN rm -f /tmp/*", []),
        ("DF302", "COPY a.whl /tmp/\nRUN rm -r /tmpfiles", []),
        ("DF302", "COPY a.whl /tmp/\nRUN rm /tmp/a.whl\nRUN rm -f /tmp/a.whl", [3]),
        ("DF302", "COPY a.whl /tmp/\nRUN test -e x || rm /tmp/a.whl", []),
        ("DF302", f"RUN curl -o /a {TAR} && rm /a\nRUN rm -f /a", []),
        ("DF302", "WORKDIR /w\nCOPY a.deb .\nRUN rm a.deb", [4]),
        ("DF302", "copy a.whl /tmp/\nrun pip install /tmp/a.whl \\\n  && rm /tmp/a.whl", [4]),
        ("DF302", "COPY a.whl /tmp/\r\nRUN rm /tmp/a.whl", [3]),
        ("DF302", "COPY <<E /tmp/a\nx\nE\nRUN rm /tmp/a", []),
        ("DF302", f"ADD {TAR} /tmp/\nRUN rm /tmp/a.tar.gz", [3]),
        ("DF302", "COPY a.whl .\nRUN rm a.whl", [3]),
        ("DF302", "COPY a.whl .\nWORKDIR /x\nRUN rm a.whl", []),
        ("DF302", "COPY a.whl /x/\nRUN cd /x && rm a.whl", [3]),
        ("DF302", "COPY a.whl /x/\nRUN cd $D && rm a.whl", []),
        ("DF302", "COPY --from=x a.whl /tmp/\nRUN rm /tmp/a.whl", [3]),
        ("DF321", "RUN apt-get install -y gcc\nRUN apt-get purge -y gcc", [3]),
        ("DF321", "RUN apt-get install -y gcc && apt-get purge -y gcc", []),
        ("DF321", "RUN apt-get purge -y gcc", []),
        ("DF321", "RUN apk add -t .b gcc\nRUN apk del .b", [3]),
        ("DF321", "RUN apt-get install -y gcc\nRUN pip uninstall -y gcc", []),
        (
            "DF321",
            "RUN apt-get install -y gcc && apt-get purge -y gcc\nRUN apt-get purge -y gcc",
            [],
        ),
        ("DF321", "run apt-get install -y gcc\nrun make \\\n && apt-get remove -y gcc", [4]),
        ("DF321", "RUN apt-get install -y gcc\nRUN <<E\napt-get purge -y gcc\nE", [4]),
        ("DF321", "RUN apk add gcc\nRUN apk del gcc", [3]),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{text}\n") == expected


@pytest.mark.parametrize(
    ("code", "text", "message"),
    [
        (
            "DF302",
            "COPY a /x/\nRUN rm /x/a",
            "'/x/a' was added on line 2 and stays in that layer. Mount it",
        ),
        (
            "DF302",
            f"RUN curl -o /a {TAR}\nRUN rm /a",
            "'/a' was added on line 2 and stays in that layer. Download,",
        ),
        ("DF302", f"ADD {TAR} /x/\nRUN rm /x/a.tar.gz", "Download, use and remove it in one RUN."),
        (
            "DF302",
            "COPY a /x/\nCOPY b /x/\nRUN rm -r /x",
            "Files in '/x' were added on lines 2 and 3 and stay in those",
        ),
        (
            "DF302",
            "COPY a /x/\nRUN rm -r /x/*",
            "Files matching '/x/*' were added on line 2 and stay in that",
        ),
    ],
)
def test_message(code: str, text: str, message: str) -> None:
    (finding,) = run(code, f"FROM debian:12\n{text}\n").findings
    assert message in finding.message


@pytest.mark.parametrize(
    ("code", "text", "severity"),
    [
        ("DF302", "COPY a.sh /\nRUN rm /a.sh", "info"),
        ("DF302", "COPY a.bin /\nRUN rm /a.bin", "warning"),
    ],
)
def test_small_files_are_a_note(code: str, text: str, severity: str) -> None:
    (finding,) = run(code, f"FROM debian:12\n{text}\n").findings
    assert finding.severity == severity
