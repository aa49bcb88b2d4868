"""Makes the database that both versions serve: `make-database.py FILE`."""
import sqlite3
import sys

database = sqlite3.connect(sys.argv[1])
database.executescript(
    """
    create table artists(id integer primary key, name text not null, founded integer, note text);
    create table works(id integer primary key, artist_id integer references artists(id), title text, price real, shown text);
    create view cheap as select * from works where price < 10;
    """
)
artists = [(1, "Ada", 1990, None), (2, "Bruno & Co", 2001, "<b>bold</b>"), (3, "Čapek", 1920, "ž")]
works = [(i, i % 3 + 1, f"Work {i}", i * 1.25, f"2020-01-{i % 28 + 1:02d}") for i in range(1, 151)]
database.executemany("insert into artists values (?, ?, ?, ?)", artists)
database.executemany("insert into works values (?, ?, ?, ?, ?)", works)
database.commit()
