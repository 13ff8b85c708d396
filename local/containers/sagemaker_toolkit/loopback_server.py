"""A server on 127.0.0.1 that answers programs of this machine, and no web pages."""

import http.server
import json
import sys

from image_encoders import JSON


class LoopbackServer(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class LoopbackHandler(http.server.BaseHTTPRequestHandler):
    """Subclasses answer `get()` and `post(body)`."""

    protocol_version = "HTTP/1.1"
    # Headers and body in one segment: two small ones would wait 40 ms for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.is_of_web_page():
            return self.refuse_web_page()
        self.get()

    def do_POST(self):
        if self.is_of_web_page():
            return self.refuse_web_page()
        length = self.headers.get("Content-Length")
        if length is None or not length.isdigit():
            self.close_connection = True
            return self.answer_error(411, "LengthRequired", "Content-Length is missing")
        self.post(self.rfile.read(int(length)))

    def is_of_web_page(self):
        """Browsers let every page reach loopback: they say so, or name a host that is not this machine's (DNS rebinding)."""
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        marks = [self.headers.get("Origin"), self.headers.get("Sec-Fetch-Site")]
        return host not in ("127.0.0.1", "localhost") or any(mark is not None for mark in marks)

    def refuse_web_page(self):
        # Its body is left unread.
        self.close_connection = True
        self.answer_error(403, "Forbidden", "web pages are not answered")

    def answer_error(self, status, error, message):
        self.answer(status, JSON, json.dumps({"error": error, "message": message}).encode("utf-8"))

    def answer(self, status, content_type, content):
        try:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, template, *values):
        if "/ping" not in getattr(self, "path", ""):
            sys.stderr.write((template % values) + "\n")
