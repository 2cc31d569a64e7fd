"""Servers that a container starts itself or by a script, beyond the examples on the pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_rule import lines

from dockerlint_rules import lint


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF410", 'FROM debian:12\nCMD ["mongod"]', [2]),
        ("DF410", 'FROM debian:12\nVOLUME /data/db\nCMD ["mongod"]', []),
        ("DF410", 'FROM example.com/base\nCMD ["mongod"]', []),
        ("DF410", 'FROM debian:12\nCMD ["redis-server", "--save", ""]', []),
        ("DF410", 'FROM debian:12\nCMD ["redis-server", "--sentinel"]', []),
        ("DF410", "FROM debian:12\nRUN apt-get install -y redis-server\nCMD redis-server", []),
        ("DF410", 'FROM debian:12\nCMD ["mongod"]\nCMD ["bash"]', []),
        ("DF410", "FROM debian:12\ncmd exec mongod \\\n  --dbpath /srv", [2]),
        ("DF410", 'FROM debian:12\nCMD ["mongod", "--dbpath", "/tmp/db"]', []),
        ("DF410", 'FROM debian:12\nCMD ["mongod", "--dbpath", "/runner/db"]', [2]),
        ("DF412", "FROM postgres:18\nVOLUME /var/lib/postgresql/data", [2]),
        (
            "DF412",
            "FROM postgres:18\nENV PGDATA=/var/lib/postgresql/data\nVOLUME /var/lib/postgresql/data",
            [],
        ),
        ("DF412", "FROM postgres:18\nvolume /a \\\n  /var/lib/postgresql/data/", [3]),
        ("DF412", "FROM postgres:17\nVOLUME /var/lib/postgresql/data", []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"{text}\n") == expected


def started(folder: Path) -> list[str]:
    """Which script starts which server, by the messages of DF415."""
    config = {"select": ["DF415"], "isolated": True}
    return [one.message.split(",")[0] for one in lint(str(folder / "Dockerfile"), config=config)]


@pytest.mark.parametrize(
    ("dockerfile", "files", "expected"),
    [
        pytest.param(
            'COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "#!/bin/sh\nset -e\nexec mongod --bind_ip_all\n"},
            ["'start.sh' starts 'mongod'"], id="exec",
        ),
        pytest.param(
            "COPY bin/ /srv/bin/\nWORKDIR /srv\nCMD ./bin/go.sh", {"bin/go.sh": "mysqld_safe &\napp\n"},
            ["'bin/go.sh' starts 'mysqld_safe'"], id="folder-and-workdir",
        ),
        pytest.param(
            'COPY start.sh /usr/bin/start\nENTRYPOINT ["tini", "--", "/usr/bin/start"]', {"start.sh": "exec gosu mysql mysqld\n"},
            ["'start.sh' starts 'mysqld'"], id="renamed-behind-tini",
        ),
        pytest.param(
            'COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "exec mongod --dbpath /srv/db\n"}, ["'start.sh' starts 'mongod'"], id="moved",
        ),
        pytest.param(
            'COPY start.sh /\nVOLUME /srv\nCMD ["/start.sh"]', {"start.sh": "exec mongod --dbpath /srv/db\n"}, [], id="volume",
        ),
        pytest.param(
            'COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "# mongod is elsewhere\necho mongod\n"}, [], id="only-named",
        ),
        pytest.param(
            'COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "exec mongod --dbpath $DB\n"}, [], id="variable",
        ),
        pytest.param(
            'COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "#!/usr/bin/env python3\nmongod\n"}, [], id="python",
        ),
        pytest.param(
            'COPY supervisord.conf /etc/supervisor/conf.d/\nCMD ["supervisord", "-n"]',
            {"supervisord.conf": "[program:db]\ncommand = /usr/bin/mongod --quiet\n[program:web]\ncommand=app\n"},
            ["'supervisord.conf' starts 'mongod'"], id="supervisord",
        ),
        pytest.param(
            'COPY etc/s.conf /s.conf\nCMD ["supervisord", "-c", "/s.conf"]', {"etc/s.conf": "command=mongod\n"},
            ["'etc/s.conf' starts 'mongod'"], id="supervisord-named",
        ),
        pytest.param('COPY start.sh /\nCMD ["/start.sh"]', {}, [], id="no-file"),
        pytest.param('COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "mongod\n" + "x" * 70_000}, [], id="too-long"),
        pytest.param('COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "\x7fELF\0mongod\n"}, [], id="binary"),
        pytest.param('COPY --from=x start.sh /\nCMD ["/start.sh"]', {"start.sh": "mongod\n"}, [], id="of-a-stage"),
        pytest.param('COPY ../start.sh /\nCMD ["/start.sh"]', {"../start.sh": "mongod\n"}, [], id="outside"),
    ],
)  # fmt: skip
def test_df415_server_behind_a_script(
    tmp_path: Path, dockerfile: str, files: dict[str, str], expected: list[str]
) -> None:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "Dockerfile").write_text(f"FROM debian:12\n{dockerfile}\n")
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode())
    assert started(folder) == expected


def test_df415_a_link_out_of_the_context_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.sh").write_text("mongod\n")
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "start.sh").symlink_to("../secret.sh")
    (folder / "Dockerfile").write_text('FROM debian:12\nCOPY start.sh /\nCMD ["/start.sh"]\n')
    assert started(folder) == []


def test_df415_what_a_compose_file_mounts_is_kept(tmp_path: Path) -> None:
    (tmp_path / "start.sh").write_text("mongod\n")
    (tmp_path / "Dockerfile").write_text('FROM debian:12\nCOPY start.sh /\nCMD ["/start.sh"]\n')
    assert started(tmp_path) == ["'start.sh' starts 'mongod'"]
    (tmp_path / "compose.yaml").write_text(
        "services:\n  web:\n    build: .\n    volumes: ['data:/data/db']\n"
    )
    assert started(tmp_path) == []
