"""What may happen to the read models' files behind a node's back: a table of it, for a test to try."""

import os
import random
import shutil
import sqlite3
from dataclasses import dataclass
from typing import Callable

from read_models import current, link


def overwrite(path, begin, end):
    """Random bytes over this share of the file."""
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        file.seek(int(size * begin))
        file.write(random.Random(1).randbytes(int(size * (end - begin))))


def change(path, sql):
    with sqlite3.connect(path, isolation_level=None) as database:
        if not database.execute(sql).rowcount:
            raise AssertionError(f"{sql} changed nothing in {path}: no test")
    database.close()


def settle(path):
    """Moves what SQLite has in the log beside the file into the file, so that damage to it tells."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def point_link(node, target):
    link(node).unlink()
    link(node).symlink_to(target)


def alien(node):
    """The link names somebody else's database, outside of the data directory."""
    other = node.folder / "alien.sqlite"
    change(other, "CREATE TABLE theirs AS SELECT 1 AS n")
    point_link(node, other)


def drop(path, table):
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute(f"DROP TABLE {table}")
    database.close()


def link_as_file(node):
    """What a copy makes of the directory that follows links."""
    file = node.folder / "copied.sqlite"
    shutil.copyfile(current(node), file)
    link(node).unlink()
    file.rename(link(node))


def folder_as_file(node):
    shutil.rmtree(node.data / "read-models")
    (node.data / "read-models").write_text("not a folder\n")


def link_as_folder(node):
    link(node).unlink()
    link(node).mkdir()
    (link(node) / "something").write_text("so that it is not empty\n")


def unlink_folder(node):
    shutil.rmtree(link(node))


@dataclass
class Damage:
    name: str
    do: Callable  # (node), while it is stopped
    says: str = ""  # in the log, besides that the models are built anew
    repair: Callable = None  # what an operator does; until then the models fail, and from then on they heal


DAMAGES = [
    Damage("garbage in all of the file", lambda node: overwrite(current(node), 0, 1), "not a database"),
    Damage("garbage in the first page", lambda node: overwrite(current(node), 0, 0.01), "not a database"),
    Damage("half of the file", lambda node: os.truncate(current(node), os.path.getsize(current(node)) // 2)),
    Damage("an empty file", lambda node: os.truncate(current(node), 0)),
    Damage("file deleted", lambda node: os.unlink(current(node))),
    Damage("link deleted", lambda node: link(node).unlink()),
    Damage("link that names nothing", lambda node: point_link(node, "read-models/999999.sqlite")),
    Damage("link that names a word", lambda node: point_link(node, "nonsense")),
    Damage("link to somebody else's database", alien),
    Damage("link that became a file", link_as_file),
    Damage("folder deleted", lambda node: shutil.rmtree(node.data / "read-models")),
    Damage("a table dropped", lambda node: drop(current(node), "orders")),
    Damage("the table of positions dropped", lambda node: drop(current(node), "positions")),
    Damage("an older version", lambda node: change(
        current(node), "UPDATE about SET value = '0' WHERE name = 'version'"), "version"),
    Damage("a newer version", lambda node: change(
        current(node), "UPDATE about SET value = '999' WHERE name = 'version'"), "version"),
    Damage("another cluster's", lambda node: change(
        current(node), "UPDATE about SET value = 'other' WHERE name = 'cluster'"), "cluster"),
    Damage("ahead of the log", lambda node: change(
        current(node), "UPDATE positions SET position = position + 1000000 WHERE service = 'order'"),
           "ahead of the log"),
    Damage("a file where the folder should be", folder_as_file, "folder",
           lambda node: (node.data / "read-models").unlink()),
    Damage("a folder where the link should be", link_as_folder, "read-models.sqlite", unlink_folder),
]
