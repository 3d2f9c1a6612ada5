"""A PostgreSQL 15 of the run's own: a fresh cluster in a temporary folder, on a Unix socket only, gone at the end.

As root it runs as the user `postgres`, since the server refuses root.
"""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

BINARIES = pathlib.Path("/usr/lib/postgresql/15/bin")
PACKAGE = "postgresql-15"
# Durable at every commit, as Waybill is; everything else as a small server would be set.
SETTINGS = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "1GB", "max_wal_size": "4GB",
    "listen_addresses": "''", "max_connections": "100", "autovacuum": "on",
}


class PrivatePostgres:
    def __init__(self, folder=None):
        if not (BINARIES / "postgres").exists():
            subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", PACKAGE], check=True,
                           stdout=subprocess.DEVNULL)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="waybill-postgres-", dir=folder))
        self.data = self.folder / "data"
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name

    def run(self, *command, **options):
        prefix = ["runuser", "-u", self.user, "--"] if os.geteuid() == 0 else []
        done = subprocess.run([*prefix, *map(str, command)], capture_output=True, text=True, cwd="/", check=False,
                              **options)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()}")
        return done

    def sql(self, text):
        return self.run(BINARIES / "psql", *self.connection(), "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", text).stdout.strip()

    def connection(self):
        return ["-h", str(self.folder), "-U", self.user, "-d", "postgres"]

    def postmaster(self):
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def cpu_seconds(self):
        """Of the server and all its processes, those that have ended included."""
        ticks = os.sysconf("SC_CLK_TCK")
        postmaster = self.postmaster()
        total = 0
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(entry.name) == postmaster:
                total += sum(map(int, fields[11:15]))
            elif int(fields[1]) == postmaster:
                total += sum(map(int, fields[11:13]))
        return total / ticks

    def __enter__(self):
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self.run(BINARIES / "initdb", "-D", self.data, "-U", self.user, "-A", "trust", "--no-sync")
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        self.run(BINARIES / "pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o",
                 f"-k {self.folder} {options}", "start")
        return self

    def __exit__(self, *_):
        try:
            self.run(BINARIES / "pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
