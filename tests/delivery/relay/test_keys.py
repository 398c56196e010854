"""API keys of a relay by alias: from the environment, or a file that only its owner reads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coobird._delivery.relay.keys import Keys, variable_of
from coobird._settings.api_key import ApiKey
from coobird.errors import ConfigurationError

KEY, OTHER = "sk_test_0123456789abcdef", "sk_test_fedcba9876543210"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("COOBIRD_API_KEY")]:
        monkeypatch.delenv(name)
    path = tmp_path / "keys"
    path.write_text(f"= {KEY}\n\nteam-a = {OTHER}\n")
    path.chmod(0o600)
    return path


def revealed(keys: Keys, alias: str) -> str | None:
    key = keys.key(alias)
    return None if key is None else str(key.reveal())


def test_the_environment_has_the_key_of_an_alias_in_capitals(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (variable_of(""), variable_of("team-a.b")) == ("COOBIRD_API_KEY", "COOBIRD_API_KEY_TEAM_A_B")
    monkeypatch.setenv("COOBIRD_API_KEY", KEY)
    monkeypatch.setenv("COOBIRD_API_KEY_TEAM_A", OTHER)
    assert [revealed(Keys(), alias) for alias in ("", "team-a", "team-b")] == [KEY, OTHER, None]


def test_a_file_has_lines_of_alias_and_key_and_is_read_again(file: Path) -> None:
    keys = Keys(str(file))
    assert [revealed(keys, alias) for alias in ("", "team-a", "team-b")] == [KEY, OTHER, None]
    file.write_text(f"team-b={KEY}\n")
    os.utime(file, ns=(1, 1))
    assert [revealed(keys, alias) for alias in ("", "team-b")] == [None, KEY]


def test_the_alias_of_a_key_is_found(file: Path) -> None:
    keys = Keys(str(file))
    assert [keys.alias_of(ApiKey(text)) for text in (KEY, OTHER, "sk_test_unknown", KEY[:-1])] == [
        "",
        "team-a",
        None,
        None,
    ]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        Keys(str(file))


@pytest.mark.parametrize("line", [KEY, "team a=sk_x", f"a={KEY} b", f"a='{KEY}'"])
def test_a_line_that_is_no_key_is_refused_and_not_shown(file: Path, line: str) -> None:
    file.write_text(line)
    with pytest.raises(ConfigurationError) as caught:
        Keys(str(file))
    assert KEY not in str(caught.value)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        Keys(str(tmp_path / "none"))
