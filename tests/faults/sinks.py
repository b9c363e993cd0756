"""A mail server on loopback that records what it took and misbehaves when told to."""

import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from threading import Lock, Thread

READY, GO_ON, OK, BYE = b"220 sink\r\n", b"354 go on\r\n", b"250 ok\r\n", b"221 bye\r\n"


class MailSink(socketserver.ThreadingTCPServer):
    """
    Takes letters; ``taken`` holds their Message-IDs in order.

    ``answers`` replaces the answer to a command ("RCPT", "DATA", "END" for the dot after the letter); an empty answer
    hangs up instead, after the letter was taken.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[str] = []
        self.letters: list[str] = []
        self.answers: dict[str, bytes] = {}
        self.lock = Lock()
        self._victim: Callable[[], None] | None = None
        self._moment = ""
        self._letters_left = 0

    def kill_at(self, moment: str, *, after: int, victim: Callable[[], None]) -> None:
        """Call ``victim`` at the first such moment once ``after`` more letters were taken."""
        self._moment, self._letters_left, self._victim = moment, after, victim

    def has_killed(self) -> bool:
        return self._victim is None

    def pass_through(self, moment: str) -> bool:
        """Return whether the sender still lives after this moment of the conversation."""
        if moment == "taken":
            self._letters_left -= 1
        if self._victim is None or moment != self._moment or self._letters_left > 0:
            return True
        self._victim()
        self._victim = None
        return False

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: MailSink

    def handle(self) -> None:
        if not self.server.pass_through("connected"):
            return
        self.wfile.write(READY)
        while line := self.rfile.readline():
            command = line[:4].upper().decode(errors="replace")
            if command == "QUIT":
                self.wfile.write(BYE)
                return
            if not self.server.pass_through(command):
                return
            answer = self.server.answers.get(command, GO_ON if command == "DATA" else OK)
            self.wfile.write(answer)
            if command == "DATA" and answer == GO_ON and not self.take():
                return

    def take(self) -> bool:
        """Record one letter; return whether the conversation goes on."""
        body = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False  # the sender died before the dot: nothing was taken
            body += line
        answer = self.server.answers.get("END", OK)
        if not answer or answer.startswith(b"2"):
            with self.server.lock:
                self.server.taken.append(str(message_from_bytes(body)["Message-ID"]))
                self.server.letters.append(body.decode(errors="replace"))
        if not self.server.pass_through("taken"):
            return False
        self.wfile.write(answer)
        return bool(answer) and self.server.pass_through("answered")


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    with MailSink() as sink:
        thread = Thread(target=sink.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            sink.shutdown()
            thread.join()
