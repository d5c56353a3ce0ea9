# SPDX-License-Identifier: Apache-2.0
"""Those who work on a dispatch server while it is read: what a sample database has become is written to the server in
several transactions, beside each other and beside the agent; some are rolled back first, some commit much later."""

import collections
import contextlib
import threading
import time

import psycopg2
import pymysql

from dispatch_server import TABLES, columns_of, sample_rows
from waiting import deadline

AWAY = (psycopg2.Error, pymysql.Error)
# Without an index a DELETE waits for rows that others hold: nobody waits long, and whoever holds them gives in.
IMPATIENT = {"postgresql": ["SET lock_timeout = '1s'"],
             "mariadb": ["SET SESSION innodb_lock_wait_timeout = 1", "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"]}
KEYS = {"diagnostics": 2}  # columns of a table's key; of the others the first


def rows_by_key(path):
    rows = {}
    for table in TABLES:
        rows[table] = collections.defaultdict(list)
        for row in sample_rows(path, table, columns_of(table)):
            rows[table][row[:KEYS.get(table, 1)]].append(row)
    return rows


class Transaction:
    """Rows of some keys, made what they are to be: may be begun anew as often as the server is lost."""

    def __init__(self, server):
        self.server, self.changes, self.db = server, [], None

    def keys(self):
        return {(table, key) for table, key, _ in self.changes}

    def write(self, pause):
        self.db = self.server.connect()
        cursor = self.db.cursor()
        for statement in IMPATIENT[self.server.kind]:
            cursor.execute(statement)
        for table, key, rows in self.changes:
            columns = columns_of(table)
            where = " AND ".join(f"{column} = %s" for column in columns[:len(key)])
            cursor.execute(f"DELETE FROM {table} WHERE {where}", key)
            for row in rows:
                cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(row))})", row)
            time.sleep(pause())

    def end(self, commit):
        with contextlib.closing(self.db) as db:
            (db.commit if commit else db.rollback)()
        self.db = None

    def abandon(self):
        if self.db is not None:
            with contextlib.suppress(*AWAY):
                self.db.close()
        self.db = None

    def carry_out(self, pause):
        """However often it takes."""
        while True:
            try:
                if self.db is None:
                    self.write(pause)
                self.end(commit=True)
                return
            except AWAY:
                self.abandon()
                time.sleep(0.1)


class Writers:
    """chance: the history's own random numbers; what is drawn for a transaction is drawn before it begins."""

    def __init__(self, server, path, chance):
        self.server, self.path, self.chance = server, path, chance
        self.written, self.threads, self.late = rows_by_key(path), [], []

    def differences(self):
        now, changes = rows_by_key(self.path), []
        for table in TABLES:
            for key in {**self.written[table], **now[table]}:
                if sorted(map(repr, self.written[table].get(key, []))) != sorted(map(repr, now[table].get(key, []))):
                    changes.append((table, key, now[table].get(key, [])))
        self.written = now
        return changes

    def follow(self):
        """Writes what the sample has become, in the background."""
        self.finish()
        changes = self.differences()
        held = {key for transaction in self.late for key in transaction.keys()}
        if held & {(table, key) for table, key, _ in changes}:
            self.commit_late()
        parts = [Transaction(self.server) for _ in range(self.chance.randrange(1, 4))]
        for change in changes:
            self.chance.choice(parts).changes.append(change)
        for part in parts:
            fate = self.chance.choice(("plain", "plain", "rolled back first", "late"))
            thread = threading.Thread(target=self.run, args=(part, fate, self.chance.random() / 100), daemon=True)
            thread.start()
            self.threads.append(thread)

    def run(self, part, fate, pause):
        if fate != "plain":
            with contextlib.suppress(*AWAY):
                part.write(lambda: pause)
                if fate == "late":
                    self.late.append(part)
                    return
                part.end(commit=False)
        part.abandon()
        part.carry_out(lambda: pause)

    def finish(self):
        end = deadline(60)
        while any(thread.is_alive() for thread in self.threads):
            assert time.monotonic() < end, "a writer does not end"
            for thread in self.threads:
                thread.join(2)
            if any(thread.is_alive() for thread in self.threads):
                self.commit_late()  # it waits for one of these
        self.threads = []

    def commit_late(self):
        while self.late:
            self.late.pop().carry_out(lambda: 0)

    def abandon(self):
        """Of a history that failed."""
        for part in self.late:
            part.abandon()

    def rest(self):
        self.finish()
        self.commit_late()
