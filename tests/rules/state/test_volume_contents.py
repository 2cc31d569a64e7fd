"""What a build writes to volumes, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF402", "FROM x\nVOLUME /data\nRUN touch /data/a", [3]),
        ("DF402", "FROM x\nVOLUME /data\nRUN cp /data/a /srv/b", []),
        ("DF402", "FROM x\nVOLUME /data\nRUN cp /srv/b /data/a", [3]),
        ("DF402", "FROM x\nVOLUME /data\nRUN touch /database", []),
        ("DF402", "FROM x\nVOLUME /data\nRUN touch /data/a\nRUN touch /data/b", [3, 4]),
        ("DF402", "FROM x\nRUN touch /data/a\nVOLUME /data", []),
        (
            "DF402",
            "FROM x\nVOLUME /data\nRUN --mount=type=cache,target=/data/c touch /data/c/a",
            [],
        ),
        ("DF402", "FROM x AS t\nVOLUME /data\nRUN touch /data/a\nFROM y\nCMD a", []),
        ("DF402", "FROM x\nVOLUME /data\nCOPY seed /data/", [3]),
        ("DF402", "FROM x\nvolume /data\nrun echo a \\\n  > /data/a", [4]),
        ("DF402", "FROM x\nVOLUME /data\nRUN <<E\necho a > /data/a\nE", [4]),
        ("DF402", "FROM x\nVOLUME /data\nRUN test -e /b || touch /data/a", []),
        ("DF408", "FROM x\nCOPY . /app\nVOLUME /app/data", []),
        ("DF408", "FROM x\nWORKDIR /app\nCOPY . .\nVOLUME /app/", [4]),
        ("DF408", "FROM x\nVOLUME /app\nCOPY --from=build . /app", []),
        ("DF408", "FROM x\nVOLUME /app\nCOPY seed /app", []),
        ("DF408", "FROM x\nworkdir /app\ncopy --chown=1 src/ \\\n  .\nvolume /app", [5]),
        ("DF413", "FROM mysql:8\nRUN chown -R 1000 /var/lib/mysql", [2]),
        ("DF413", "FROM mysql:8\nCOPY a.sql /docker-entrypoint-initdb.d/", []),
        ("DF413", "FROM mysql:8\nrun cp a \\\n  /var/lib/mysql/a", [2]),
        ("DF413", "FROM mysql:8\nRUN cp /var/lib/mysql/a /b", []),
        (
            "DF413",
            "FROM mysql:8\nRUN --mount=type=cache,target=/var/lib/mysql touch /var/lib/mysql/a",
            [],
        ),
        ("DF413", "FROM mysql:8 AS t\nCOPY a /var/lib/mysql/\nFROM x\nCMD a", []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"{text}\n") == expected
