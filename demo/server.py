"""Runs `waybill serve` on a store of the demo's own."""

import os
import select
import signal
import socket
import subprocess

START_WAIT_S = 60
STOP_WAIT_S = 60
HOST = "127.0.0.1"


class NotStarted(Exception):
    pass


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


class Server:
    """The process. Its log goes to serve.log in the folder, the first operator key to operator.key."""

    def __init__(self, binary, folder, port):
        self.log = folder / "serve.log"
        self.key_file = folder / "operator.key"
        log_from = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as log:
            # A group of its own: Ctrl-C reaches this program alone, which then stops the server in order.
            self.process = subprocess.Popen(
                [str(binary), "serve", "--store", str(folder / "waybill.db"), "--listen", f"{HOST}:{port}",
                 "--bootstrap-key-file", str(self.key_file)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True)
        # A pipe is ready when there is a line or when the process has ended.
        ready, _, _ = select.select([self.process.stdout], [], [], START_WAIT_S)
        line = self.process.stdout.readline() if ready else ""
        if "listening on http://" not in line:
            self.stop()
            with open(self.log, encoding="utf-8", errors="replace") as log:
                log.seek(log_from)
                raise NotStarted(log.read().strip() or line.strip() or "no message")
        self.port = int(line.rsplit(":", 1)[1])

    def operator_key(self):
        return self.key_file.read_text(encoding="utf-8").strip()

    def is_running(self):
        return self.process.poll() is None

    def stop(self):
        """Asks it to end and waits; everything it acknowledged is on disk either way."""
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_WAIT_S)
        except subprocess.TimeoutExpired:
            os.kill(self.process.pid, signal.SIGKILL)
            return self.process.wait()
