"""A PostgreSQL server of one's own: a fresh cluster in a temporary folder, on a Unix socket there and on a free port of
127.0.0.1. Everybody may connect, as the superuser "postgres".

    with PrivatePostgres() as postgres:
        server = WaybillServer(store_dir=folder, store=postgres.fresh_database())

It goes away with its object, and a moment after the process when that is killed. As root it runs as the user postgres,
since a server refuses root. Nothing is synced unless `settings` say so: a test kills processes, not machines.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.parse

SETTINGS = {
    "fsync": "off", "synchronous_commit": "on", "shared_buffers": "32MB", "max_connections": "100", "autovacuum": "off",
}
# Linux takes ports for outgoing connections from 32768 up: below it none of those comes in between while the server is
# down.
PORTS = range(20_000, 32_768)
STARTS_MAX = 5


def binaries():
    """The folder of the newest server that is installed."""
    found = [path for path in pathlib.Path("/usr/lib/postgresql").glob("*/bin") if (path / "postgres").exists()]
    if not found:
        raise RuntimeError("there is no PostgreSQL server in /usr/lib/postgresql; scripts/packages.txt names one")
    return max(found, key=lambda path: float(path.parent.name))


def free_port(first):
    for port in range(first, PORTS.stop):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"no port from {first} up is free")


class PrivatePostgres:
    """`settings` are names and values of postgresql.conf, beside those of every test or instead of them."""

    user = "postgres"

    def __init__(self, folder=None, settings=None, copy_of=None):
        self.binaries = binaries()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="waybill-postgres-", dir=folder))
        self.data = self.folder / "data"
        self.settings = {**SETTINGS, **(settings or {})}
        self.port = None
        self._copy_of = copy_of
        self._databases = 0
        self._stopped = []
        self._end_of_process = None

    # Life of the server

    def __enter__(self):
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._stop_when_this_process_ends()
        try:
            self._make_cluster()
            self._start_on_a_free_port()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if (self.data / "postmaster.pid").exists():
            self.pg_ctl("-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._end_of_process)  # now the watcher finds nothing left to do

    def _make_cluster(self):
        if self._copy_of is not None:
            self.run("pg_basebackup", *self._copy_of.place(), "-D", self.data, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        else:
            self.run("initdb", "-D", self.data, "-U", self.user, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._set({**self.settings, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder})

    def _set(self, settings):
        with open(self.data / "postgresql.conf", "a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def _stop_when_this_process_ends(self):
        """A process of a session of its own reads a pipe whose other end only this process has: it reads the end when
        this process is gone, however it went."""
        read, self._end_of_process = os.pipe()
        stop = self._command("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        subprocess.run(["setsid", "--fork", "/bin/sh", "-c", 'read -r nothing; "$@"; rm -rf "$0"', str(self.folder), *stop],
                       stdin=read, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", check=True)
        os.close(read)

    def _start_on_a_free_port(self):
        port = PORTS.start + os.getpid() % (len(PORTS) // 2)
        for start in range(STARTS_MAX):
            self.port = port = free_port(port + 1)
            self._set({"port": port})
            try:
                return self.start()
            except RuntimeError:
                # Somebody else may have taken the port meanwhile.
                if start == STARTS_MAX - 1:
                    raise

    def start(self):
        try:
            self.pg_ctl("-w", "-l", self.folder / "log", "start")
        except RuntimeError as error:
            raise RuntimeError(f"{error}: {self.log()}") from None

    def stop(self, mode="fast"):
        """Sessions are ended, and what they had not committed is gone."""
        self.pg_ctl("-w", "-m", mode, "stop")

    def restart_immediately(self):
        """As after a crash: the server recovers from its log. Returns when it accepts connections."""
        self.pg_ctl("-w", "-l", self.folder / "log", "-m", "immediate", "restart")

    def standby(self):
        """A server that follows this one and takes no writes; to be entered and left as this one is."""
        return PrivatePostgres(settings=self.settings, copy_of=self)

    @contextlib.contextmanager
    def sessions_stopped(self, of=None):
        """Every session of a client stands still, in the middle of whatever it does; until wake_sessions at the latest.
        `of` is an application_name: only those of that client."""
        whose = "" if of is None else f" AND application_name = '{of}'"
        self._stopped = [int(pid) for pid in self.sql(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            + whose).split()]
        try:
            self._signal_stopped(signal.SIGSTOP)
            yield
        finally:
            self.wake_sessions()

    def wake_sessions(self):
        self._signal_stopped(signal.SIGCONT)

    def _signal_stopped(self, sig):
        for process in self._stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, sig)

    # Talking to it

    def run(self, program, *arguments, **options):
        """Runs one of PostgreSQL's programs to its end. What it leaves behind may hold the files open, never a pipe."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            done = subprocess.run(self._command(program, *arguments), stdout=out, stderr=err, text=True, cwd="/",
                                  check=False, **({} if "input" in options else {"stdin": subprocess.DEVNULL}), **options)
            out.seek(0)
            err.seek(0)
            if done.returncode != 0:
                raise RuntimeError(f"{program} failed: {err.read().strip()}")
            return out.read()

    def _command(self, program, *arguments):
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        return [*prefix, str(self.binaries / program), *map(str, arguments)]

    def pg_ctl(self, *arguments):
        return self.run("pg_ctl", "-D", self.data, *arguments)

    def place(self):
        """Options of PostgreSQL's own clients."""
        return ["-h", str(self.folder), "-p", str(self.port), "-U", self.user]

    def sql(self, text, database="postgres"):
        """Rows as lines of "a|b|c"."""
        return self.run("psql", *self.place(), "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", text).strip()

    def fresh_database(self):
        """The address of a new and empty database, over the Unix socket."""
        return self.uri(self.fresh_name())

    def fresh_name(self):
        self._databases += 1
        name = f"test_{self._databases}"
        self.sql(f"CREATE DATABASE {name}")
        return name

    def uri(self, database, user="postgres", **options):
        query = urllib.parse.urlencode({"host": self.folder, "port": self.port, **options}, quote_via=urllib.parse.quote)
        return f"postgresql://{user}@/{database}?{query}"

    def uri_over_tcp(self, database, user="postgres"):
        """`user` may be "name:password"."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    # What it costs

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
