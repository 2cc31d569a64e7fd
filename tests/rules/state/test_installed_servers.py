"""Installed servers whose data is not on a volume, beyond the examples on the page."""

from __future__ import annotations

import pytest
from one_rule import lines, run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM x\nRUN apt-get install -y redis-server", [2], id="redis"),
        pytest.param(
            "FROM x\nrun --network=none apt-get update \\\n  && apt-get install -y redis-server",
            [3],
            id="lower-case-and-lines",
        ),
        pytest.param("FROM x\r\nRUN <<E\napt-get install -y redis-server\nE", [3], id="heredoc"),
        pytest.param("FROM x\nRUN yum install -y postgresql-server", [2], id="rpm"),
        pytest.param("FROM x\nRUN apt-get install -y memcached", [], id="memory"),
        pytest.param("FROM x\nRUN apt-get install -y postgresql-client", [], id="client"),
        pytest.param("FROM x\nRUN apt-get install -y postfix", [], id="queue"),
        pytest.param(
            "FROM x\nRUN apt-get install -y mysql-server\nVOLUME /var/lib", [], id="parent"
        ),
        pytest.param(
            "FROM x\nRUN apt-get install -y mysql-server\nVOLUME /var/log", [2], id="another"
        ),
        pytest.param(
            'FROM x\nRUN apt-get install -y mysql-server\nVOLUME ["/srv/mysql"]', [], id="moved"
        ),
        pytest.param(
            "FROM x\nARG D\nRUN apt-get install -y mysql-server\nVOLUME $D", [], id="unknown"
        ),
        pytest.param("FROM mysql:8\nRUN yum install -y mysql-server", [], id="base-declares"),
        pytest.param(
            "FROM x AS base\nRUN apt-get install -y redis-server\nFROM base\nCMD x",
            [2],
            id="stage-below",
        ),
        pytest.param(
            "FROM x AS t\nRUN apt-get install -y redis-server\nFROM y\nCMD x", [], id="test-stage"
        ),
        pytest.param(
            "FROM x\nRUN apt-get install -y redis-server && apt-get purge -y redis-server",
            [],
            id="purged",
        ),
    ],
)
def test_df401_installed_server_without_volume(text: str, expected: list[int]) -> None:
    assert lines("DF401", text + "\n") == expected


def test_df401_fix_declares_the_volume_at_the_end() -> None:
    (finding,) = run("DF401", "FROM x\nRUN apt-get install -y redis-server\nCMD x\n").findings
    assert finding.fix is not None
    assert finding.fix.edits[0].text == "\nVOLUME /var/lib/redis"
    assert "'redis-server' keeps its data in '/var/lib/redis'" in finding.message


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ('CMD ["python3", "app.py"]', "info"),
        ("CMD bundle exec puma", "info"),
        ("CMD supervisord -n", "warning"),
        ("CMD redis-server & python3 app.py", "warning"),
        ("RUN service redis-server start\nCMD python3 app.py", "warning"),
        ('ENTRYPOINT ["/entrypoint.sh"]\nCMD ["python3"]', "warning"),
        ("", "warning"),
    ],
)
def test_df401_a_server_that_nothing_starts_is_a_note(rest: str, expected: str) -> None:
    (finding,) = run("DF401", f"FROM x\nRUN apt-get install -y redis-server\n{rest}\n").findings
    assert str(finding.severity) == expected


def test_df401_another_package_with_two_variables_in_its_name_is_no_server() -> None:
    text = "FROM x\nRUN apt-get install -y postgresql-${A}-postgis-${B}\n"
    assert run("DF401", text).findings == []
