"""Rules about VOLUME and about databases in files, beyond the examples on their pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, run

from dockerlint_rules.registry.rule import Rule
from dockerlint_rules.rules.state import (
    database_files,
    moved_data,
    server_volumes,
    volume_contents,
    volume_paths,
)

RULES: dict[str, Rule] = {
    function.rule.code: function.rule  # type: ignore[attr-defined]
    for function in (
        volume_contents.write_to_declared_volume,
        database_files.sqlite_database_without_volume,
        volume_paths.volume_on_system_path,
        moved_data.data_directory_outside_volume,
        volume_contents.volume_over_application_code,
        volume_paths.relative_volume,
        volume_contents.write_to_base_image_volume,
        volume_paths.declared_volume,
        database_files.database_migration_in_build,
        database_files.database_file_in_image,
        server_volumes.outdated_postgres_volume,
        server_volumes.started_server_without_volume,
    )
}


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF403", "FROM x\nVOLUME data", [2]),
        ("DF403", "FROM x\nVOLUME ./data /srv", [2]),
        ("DF403", 'FROM x\nVOLUME ["data"]', [2]),
        ("DF403", "FROM x\nVOLUME ['/a', '/b']", [2]),
        ("DF403", 'FROM x\nVOLUME ["/a", "/b"]', []),
        ("DF403", "FROM x\nENV D=/srv\nVOLUME $D/data", []),
        ("DF403", "FROM x\nENV D=srv\nVOLUME $D/data", [3]),
        ("DF403", "FROM x\nVOLUME ${UNKNOWN}", []),
        ("DF403", "FROM mcr.microsoft.com/windows/nanoserver:1809\nVOLUME C:/data", []),
        ("DF403", "FROM x\nVOLUME {{ volume }}", []),
        ("DF405", "FROM x\nVOLUME /proc", [2]),
        ("DF405", "FROM x\nVOLUME /etc/", [2]),
        ("DF405", "FROM x\nVOLUME /etc/app /usr/share/app", []),
        ("DF405", "FROM x\nVOLUME /var/run/docker.sock", [2]),
        ("DF405", "FROM x\nWORKDIR /\nVOLUME /", [3]),
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
        ("DF413", "FROM mysql:8\nRUN chown -R 1000 /var/lib/mysql", [2]),
        ("DF413", "FROM mysql:8\nCOPY a.sql /docker-entrypoint-initdb.d/", []),
        ("DF402", "FROM x\nVOLUME /data\nCOPY seed /data/", [3]),
        ("DF408", "FROM x\nCOPY . /app\nVOLUME /app/data", []),
        ("DF408", "FROM x\nWORKDIR /app\nCOPY . .\nVOLUME /app/", [4]),
        ("DF408", "FROM x\nVOLUME /app\nCOPY --from=build . /app", []),
        ("DF408", "FROM x\nVOLUME /app\nCOPY seed /app", []),
        ("DF411", "FROM x\nVOLUME /app", [2]),
        ("DF411", "FROM x AS t\nVOLUME /app\nFROM y\nCMD a", []),
        ("DF404", "FROM x\nENV DATABASE_URL=sqlite:////srv/a.db", [2]),
        ("DF404", "FROM x\nENV DATABASE_URL=sqlite:////srv/a.db\nVOLUME /srv", []),
        ("DF404", "FROM x\nENV DATABASE_URL=sqlite:///a.db", []),  # WORKDIR of the base
        ("DF404", "FROM x\nENV DATABASE_URL=sqlite://", []),
        ("DF404", "FROM x\nENV DATABASE_URL=sqlite+aiosqlite:////srv/a.db?timeout=3", [2]),
        ("DF404", "FROM x\nENV DATABASE_URL=sqlite:////tmp/a.db", []),
        ("DF404", "FROM x\nENV DATABASE_URL=postgres://db/a.db", []),
        ("DF404", "FROM x\nWORKDIR /app\nENV DATABASE_URL=file:./dev.db", [3]),
        ("DF404", "FROM x\nENV GEO_DATA=/usr/share/geo.db", []),
        ("DF404", "FROM x\nENV A=/srv/app.sqlite3", [2]),
        ("DF404", "FROM x\nENV A=/srv/app.sqlite3\nVOLUME $ELSE", []),
        ("DF404", "FROM x AS t\nENV A=/srv/app.sqlite3\nFROM y\nCMD a", []),
        ("DF407", "FROM x\nRUN python manage.py migrate", [2]),
        ("DF407", "FROM x\nRUN bundle exec rake db:migrate", [2]),
        ("DF407", "FROM x\nRUN php artisan migrate --force && php artisan cache:clear", [2]),
        ("DF407", "FROM x\nRUN python manage.py migrate --check", []),
        ("DF407", "FROM x\nRUN python manage.py makemigrations", []),
        ("DF407", "FROM x\nCMD python manage.py migrate", []),
        ("DF407", "FROM x AS t\nRUN flask db upgrade\nFROM y\nCMD a", []),
        ("DF409", "FROM x\nCOPY db.sqlite3 /app/", [2]),
        ("DF409", "FROM x\nCOPY --from=y /app/db.sqlite3 /app/", []),
        ("DF409", "FROM x\nCOPY words.sqlite3 /app/", []),
        ("DF406", "FROM postgres:17\nENV PGDATA=/var/lib/postgresql/data/x", []),
        ("DF406", "FROM postgres:17\nENV PGDATA=/srv", [2]),
        ("DF406", "FROM postgres:17\nENV PGDATA=/srv/pg\nVOLUME /srv", []),
        ("DF412", "FROM postgres:18\nVOLUME /var/lib/postgresql/data", [2]),
        (
            "DF412",
            "FROM postgres:18\nENV PGDATA=/var/lib/postgresql/data\nVOLUME /var/lib/postgresql/data",
            [],
        ),
        ("DF406", "FROM postgres:17\nVOLUME /var/lib/postgresql/data", []),
        ("DF406", 'FROM mysql:8\nCMD ["mysqld", "--datadir=/srv/db"]', [2]),
        ("DF406", 'FROM mongo:7\nCMD ["mongod", "--dbpath", "/data/db"]', []),
        ("DF406", "FROM example.com/own/postgres:1\nENV PGDATA=/srv", []),
        ("DF410", 'FROM debian:12\nCMD ["mongod"]', [2]),
        ("DF410", 'FROM debian:12\nVOLUME /data/db\nCMD ["mongod"]', []),
        ("DF410", 'FROM example.com/base\nCMD ["mongod"]', []),
        ("DF410", 'FROM debian:12\nCMD ["redis-server", "--save", ""]', []),
        ("DF410", 'FROM debian:12\nCMD ["redis-server", "--sentinel"]', []),
        ("DF410", "FROM debian:12\nRUN apt-get install -y redis-server\nCMD redis-server", []),
        ("DF410", 'FROM debian:12\nCMD ["mongod"]\nCMD ["bash"]', []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert [finding.line for finding in run(code, text + "\n").findings] == expected


def test_df403_the_whole_path_is_written() -> None:
    text = "FROM x\nWORKDIR /srv\nVOLUME data\n"
    assert fixed("DF403", text) == "FROM x\nWORKDIR /srv\nVOLUME /srv/data\n"


def test_df403_single_quotes_become_json() -> None:
    text = "FROM x\nVOLUME ['/a', '/b']\n"
    assert fixed("DF403", text) == 'FROM x\nVOLUME ["/a", "/b"]\n'
