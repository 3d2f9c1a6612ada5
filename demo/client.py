"""Speaks HTTP with the server: single requests on a kept connection, and bulk requests that stream both ways."""

import http.client
import json
import threading

CHUNK_BYTES = 64 * 1024
WAIT_S = 300
PAGE_ROWS = 200   # as many as a list gives at once


class Refused(Exception):
    """The server answered a whole request with a problem."""


def problem_text(status, content):
    try:
        problem = json.loads(content)
        parts = [f"{status} {problem.get('code', '')}".strip(), problem.get("detail") or problem.get("title") or ""]
        parts += [f"{error.get('pointer')}: {error.get('detail') or error.get('code')}"
                  for error in problem.get("errors", [])[:5]]
        return "; ".join(part for part in parts if part)
    except (ValueError, AttributeError):
        return f"{status} {content[:200]!r}"


class Client:
    def __init__(self, host, port, key):
        self.key = key
        self.connection = http.client.HTTPConnection(host, port, timeout=WAIT_S)

    def _headers(self, media_type):
        return {"Authorization": f"Bearer {self.key}", "Content-Type": media_type}

    def request(self, method, path, body=None):
        """(status, answer bytes). `body`: anything for JSON, or bytes as they are."""
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        self.connection.request(method, path, body=data, headers=self._headers("application/json"))
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def must(self, method, path, body=None):
        status, content = self.request(method, path, body)
        if status >= 300:
            raise Refused(f"{method} {path}: {problem_text(status, content)}")
        return json.loads(content) if content else None

    def pages(self, path):
        """Every row of a list."""
        cursor = ""
        while True:
            page = self.must("GET", path + (f"&cursor={cursor}" if cursor else ""))
            yield from page["data"]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def events(self, types):
        """Every event of these types so far."""
        after = 0
        while True:
            page = self.must("GET", f"/v1/events?types={types}&limit={PAGE_ROWS}&after={after}")
            yield from page["data"]
            if not page["data"]:
                return
            after = page["last_sequence"]

    def bulk(self, path, bodies):
        """Sends one document a line and yields one result for each, in order, while it is still sending.

        A thread writes and this one reads, so neither side has to hold the whole of it.
        """
        connection = self.connection
        connection.putrequest("POST", path)
        for name, value in self._headers("application/x-ndjson").items():
            connection.putheader(name, value)
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        writer = threading.Thread(target=self._write, args=(bodies,), daemon=True)
        writer.start()
        answer = connection.getresponse()
        if answer.status != 200:
            content = answer.read()
            connection.close()
            writer.join()
            raise Refused(f"POST {path}: {problem_text(answer.status, content)}")
        rest = b""
        while True:
            piece = answer.read1(CHUNK_BYTES)
            if not piece:
                break
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                if line:
                    yield json.loads(line)
        writer.join()
        if rest:
            yield json.loads(rest)

    def _write(self, bodies):
        # A server that refuses early closes the connection under us. Its answer says why, so this is no error here.
        try:
            gathered = bytearray()
            for body in bodies:
                gathered += body
                gathered += b"\n"
                if len(gathered) >= CHUNK_BYTES:
                    self._send_chunk(gathered)
                    gathered.clear()
            if gathered:
                self._send_chunk(gathered)
            self.connection.send(b"0\r\n\r\n")
        except OSError:
            pass

    def _send_chunk(self, data):
        self.connection.send(b"%x\r\n%b\r\n" % (len(data), bytes(data)))

    def close(self):
        self.connection.close()
