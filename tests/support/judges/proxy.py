"""Prism between a client and a server: passes everything on and lists violations in each answer."""

import json
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import ROOT
from tests.support.judges import fuzz

PRISM = ROOT / ".ci" / "node" / "node_modules" / ".bin" / "prism"
_START_SECONDS = 60.0


@contextmanager
def proxying(upstream: str) -> Iterator[str]:
    """A proxy in front of the server at this URL; the proxy's own URL."""
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "spec.json"
        spec.write_text(json.dumps(_document()), encoding="utf-8")
        command = [str(PRISM), "proxy", str(spec), upstream, "--host", "127.0.0.1", "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            log = _Log(process)
            try:
                yield log.url()
            finally:
                process.terminate()
                log.join()


def _document() -> dict[str, object]:
    """The contract with whole paths: Prism looks at them alone, the client sends them."""
    whole = fuzz.document()
    paths = {f"/api/v1{path}": item for path, item in whole["paths"].items()}
    return {**whole, "paths": paths, "servers": [{"url": "/"}]}


class _Log(threading.Thread):
    """Reads what the proxy prints, so that it never waits for a reader, and finds its address."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        super().__init__()
        self._process = process
        self._said: list[str] = []
        self._ready = threading.Event()
        self._url: str | None = None
        self.start()

    def run(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if self._url is None:
                self._said.append(line)
                if "listening on" in line:
                    self._url = line.rpartition("listening on")[2].strip()
                    self._ready.set()
        self._ready.set()

    def url(self) -> str:
        assert self._ready.wait(_START_SECONDS), "the proxy did not start"
        assert self._url is not None, "".join(self._said)
        return self._url
