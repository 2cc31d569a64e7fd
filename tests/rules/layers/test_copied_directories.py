"""Copied directories, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF317", "COPY * /app/", [2]),
        ("DF317", "COPY ./* /app/", [2]),
        ("DF317", "COPY *.json src/* /app/", []),
        ("DF317", "COPY --parents * /app/", []),
        ("DF317", "add \\\n  ./* /app/", [3]),
        ("DF317", 'COPY ["*", "/app/"]', [2]),
        ("DF317", "COPY --from=b * /app/", [2]),
        ("DF318", "COPY bin/ /opt/bin/\nRUN chmod +x /opt/bin", [3]),
        ("DF318", "COPY bin/ /opt/bin/\nRUN chmod -R +x /opt/bin", []),
        ("DF318", "COPY bin/ /opt/bin/\nRUN chmod +x /opt/bin/a", []),
        ("DF318", "COPY bin/ /opt/bin/\nRUN chmod 755 /opt/bin", []),
        ("DF318", "COPY Scripts /app/scripts\nRUN chmod +x /app/scripts", [3]),
        ("DF318", "WORKDIR /app\nRUN chmod +x .", [3]),
        ("DF318", "COPY start /start\nRUN chmod +x /start", []),
        ("DF318", "copy bin/ /opt/bin/\nrun true \\\n  && chmod u+x /opt/bin/", [4]),
        ("DF318", "COPY bin/ bin/\nRUN chmod +x bin", []),
        ("DF318", "WORKDIR /w\nCOPY bin/ bin/\nRUN chmod +x bin", [4]),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{text}\n") == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("DF317", "COPY --chown=1 ./* /app/", "COPY --chown=1 . /app/"),
        ("DF317", 'COPY ["*", "/app/"]', 'COPY [".", "/app/"]'),
        ("DF317", "COPY --from=b * /app/", "COPY --from=b * /app/"),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, f"FROM debian:12\n{before}\n") == f"FROM debian:12\n{after}\n"
