"""SQLite files and migrations, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
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
        ("DF404", "FROM x\nenv A=b \\\n  DATABASE_URL=sqlite:////srv/a.db", [3]),
        ("DF404", "FROM x\nENV DATABASE_URL=sqlite:////var/tmp/a.db", []),
        ("DF404", "FROM x\nENV DATABASE_URL=sqlite:////tmpfiles/a.db", [2]),
        ("DF404", "FROM x\nENV DATABASE_URL=sqlite:////srv/a.db\nVOLUME /", []),
        ("DF407", "FROM x\nRUN python manage.py migrate", [2]),
        ("DF407", "FROM x\nRUN bundle exec rake db:migrate", [2]),
        ("DF407", "FROM x\nRUN php artisan migrate --force && php artisan cache:clear", [2]),
        ("DF407", "FROM x\nRUN python manage.py migrate --check", []),
        ("DF407", "FROM x\nRUN python manage.py makemigrations", []),
        ("DF407", "FROM x\nCMD python manage.py migrate", []),
        ("DF407", "FROM x AS t\nRUN flask db upgrade\nFROM y\nCMD a", []),
        ("DF407", "FROM x\nrun --network=none cd /app \\\n  && python manage.py migrate", [3]),
        ("DF409", "FROM x\nCOPY db.sqlite3 /app/", [2]),
        ("DF409", "FROM x\nCOPY --from=y /app/db.sqlite3 /app/", []),
        ("DF409", "FROM x\nCOPY words.sqlite3 /app/", []),
        ("DF409", "FROM x\ncopy --chown=1 a \\\n  data/dev.db /app/", [3]),
        ("DF409", 'FROM x\r\nCOPY ["db.sqlite3", "/app/"]\r', [2]),
        ("DF409", "FROM x AS t\nCOPY db.sqlite3 /app/\nFROM y\nCMD a", []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"{text}\n") == expected
