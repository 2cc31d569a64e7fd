"""Rules about data that has to outlive its container, beyond the examples on their pages."""

from __future__ import annotations

import pytest

from dockerlint_rules.engine.lint import FileResult, Settings, lint_source
from dockerlint_rules.model.stages import Build
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.rules.state import server_data
from dockerlint_rules.syntax.source import Source

RULE = server_data.installed_server_without_volume.rule  # type: ignore[attr-defined]


def run(text: str) -> FileResult:
    result = lint_source(Source(text), Settings(Plan([RULE]), Build(today="2026-11-24")))
    assert not result.failures, result.failures[0].error
    return result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM x\nRUN apt-get install -y redis-server", [2], id="redis"),
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
def test_df401_state_without_volume(text: str, expected: list[int]) -> None:
    assert [finding.line for finding in run(text + "\n").findings] == expected


def test_df401_fix_declares_the_volume_at_the_end() -> None:
    (finding,) = run("FROM x\nRUN apt-get install -y redis-server\nCMD x\n").findings
    assert finding.fix is not None
    assert finding.fix.edits[0].text == "\nVOLUME /var/lib/redis"
    assert "redis-server keeps its data in /var/lib/redis" in finding.message


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
    (finding,) = run(f"FROM x\nRUN apt-get install -y redis-server\n{rest}\n").findings
    assert str(finding.severity) == expected


def test_df401_another_package_with_two_variables_in_its_name_is_no_server() -> None:
    text = "FROM x\nRUN apt-get install -y postgresql-${A}-postgis-${B}\n"
    assert run(text).findings == []
