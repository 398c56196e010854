"""API keys of a relay, by alias: from the environment, or from a file that only its owner reads."""

from __future__ import annotations

import os
import re
import stat

from coobird._settings.api_key import API_KEY_VARIABLE, ApiKey, resolve_key
from coobird.errors import ConfigurationError

_LINE = re.compile(r"(?P<alias>[A-Za-z0-9._-]{0,64})\s*=\s*(?P<key>\S+)")


def variable_of(alias: str) -> str:
    """Return the name of the environment variable with the key of an alias."""
    return API_KEY_VARIABLE + ("_" + re.sub(r"[^A-Z0-9]", "_", alias.upper()) if alias else "")


class Keys:
    """Keys by alias. The file is read again when it changes, so that a key can be renewed."""

    def __init__(self, path: str | None = None) -> None:
        """Read the file, if there is one.

        Raises:
            ConfigurationError: It cannot be read, others can read it, or a line is no key.
        """
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._keys: dict[str, ApiKey] = {}
        self._look()

    def key(self, alias: str) -> ApiKey | None:
        """Return the key of an alias; `None` if there is none.

        Raises:
            ConfigurationError: It cannot be used.
        """
        self._look()
        if alias in self._keys:
            return self._keys[alias]
        found = ApiKey(os.environ.get(variable_of(alias)) or None)
        return None if found.reveal() is None else resolve_key(found)

    def alias_of(self, given: ApiKey) -> str | None:
        """Return the alias of a key; `None` if it is none of these. Takes as long for each key."""
        import hmac

        self._look()
        aliases = {"", *self._keys}
        aliases |= {
            name[len(API_KEY_VARIABLE) + 1 :].lower() for name in os.environ if name.startswith(API_KEY_VARIABLE + "_")
        }
        found = None
        for alias in sorted(aliases):
            key = self.key(alias)
            if key is not None and hmac.compare_digest(str(key.reveal()).encode(), str(given.reveal()).encode()):
                found = alias if found is None else found
        return found

    def _look(self) -> None:
        if self._path is None:
            return
        try:
            with open(self._path, encoding="utf-8") as file:
                status = os.fstat(file.fileno())
                stamp = status.st_mtime_ns, status.st_ino
                if stamp == self._stamp:
                    return
                if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                    raise ConfigurationError(f"Others can read the keys in {self._path}: chmod 600 {self._path}")
                self._keys = dict(map(self._read, filter(None, (line.strip() for line in file))))
        except OSError as error:
            raise ConfigurationError(f"The keys in {self._path} cannot be read: {error.strerror}.") from None
        self._stamp = stamp

    def _read(self, line: str) -> tuple[str, ApiKey]:
        found = _LINE.fullmatch(line)
        if found is None:
            raise ConfigurationError(f"{self._path} has a line that is not alias=key. (It is not shown here.)")
        return found["alias"], resolve_key(ApiKey(found["key"]))
