"""Settings of a client: defaults, environment, and the refusal of values that cannot work."""

from __future__ import annotations

import inspect
import re
import traceback
import warnings
from typing import Any

import pytest

from coobird import Coomon, CoomonOptions, InsecureHostWarning
from coobird._settings.api_key import ApiKey
from coobird._settings.host import DEFAULT_HOST, is_loopback, resolve_host
from coobird._settings.settings import DEFAULTS, Settings
from coobird.errors import ConfigurationError

KEY = "sk_test_0123456789abcdef"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COOBIRD_API_KEY", raising=False)
    monkeypatch.delenv("COOBIRD_HOST", raising=False)
    monkeypatch.delenv("COOBIRD_SPOOL", raising=False)
    monkeypatch.delenv("COOBIRD_TRANSPORT", raising=False)


def settled(api_key: Any = KEY, host: Any = None, **values: Any) -> Settings:
    return Settings(ApiKey(api_key), host=host, **values)


def refused(api_key: Any = KEY, host: Any = None, **values: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        settled(api_key, host, **values)
    assert not isinstance(api_key, str) or len(api_key) < 8 or api_key not in str(caught.value)
    return str(caught.value)


def test_what_is_left_out_has_the_documented_default() -> None:
    assert {name: value for name, value in vars(settled()).items() if name != "api_key"} == {
        "host": "https://api.dev.coobird.ai",
        "flush_at": 20,
        "flush_interval": 10.0,
        "max_retries": 3,
        "max_batch_size": 100,
        "max_queue_size": 1000,
        "max_event_age": 86_400.0,
        "request_timeout": 10.0,
        "shutdown_timeout": 30.0,
        "debug": False,
        "disabled": False,
        "on_error": None,
        "spool": None,
        "spool_sync": "normal",
        "spool_max_bytes": 1024**3,
        "transport": None,
        "http_client": None,
    }


def test_each_option_is_documented_with_its_default() -> None:
    """Editors show the options of `CoomonOptions`, which cannot hold the defaults as values."""
    text = inspect.getdoc(Coomon.__init__) or ""
    entries = text.partition("Args:\n")[2].partition("\n\nRaises:")[0]
    documented = {
        name: " ".join(entry.split())
        for name, entry in re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", entries, re.MULTILINE)
    }
    assert documented.keys() - {"api_key"} == CoomonOptions.__annotations__.keys() == DEFAULTS.keys()
    for name, default in DEFAULTS.items():
        shown = f'"{default}"' if isinstance(default, str) else str(default)
        pattern = r"Default: \S" if default is None else rf"Default: {re.escape(shown)}[.,](\s|$)"
        assert re.search(pattern, documented[name]), name


def test_an_argument_wins_over_the_environment_and_that_over_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOBIRD_API_KEY", "sk_test_from_environment")
    monkeypatch.setenv("COOBIRD_HOST", "https://environment.example")
    assert settled(None).api_key.reveal() == "sk_test_from_environment"
    assert settled(None).host == "https://environment.example"
    assert settled(KEY, "https://argument.example").api_key.reveal() == KEY
    assert settled(KEY, "https://argument.example").host == "https://argument.example"
    monkeypatch.setenv("COOBIRD_HOST", "")
    assert settled().host == DEFAULT_HOST


def test_a_missing_key_is_refused_with_both_ways_to_give_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOBIRD_API_KEY", "")
    message = refused(None)
    assert "COOBIRD_API_KEY" in message
    assert 'Coomon("sk_' in message


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        ("", "is empty"),
        ("   ", "is blank"),
        (f"{KEY}\n", "strip()"),
        (f" {KEY}", "strip()"),
        (f"{KEY}\nX-Evil: 1", "a line break"),
        (f"Bearer {KEY}", "has a space"),
        (f"{KEY}\x00", "control character"),
        (f"{KEY}é", "not ASCII"),
        (f"{KEY}\u2028", "strip()"),
        ("https://api.coobird.ai", "host="),
        (12345678, "must be a text, not int"),
        (KEY.encode(), "must be a text, not bytes"),
    ],
)
def test_a_key_that_cannot_work_is_refused_without_being_shown(key: Any, advice: str) -> None:
    assert advice in refused(key)


def test_a_bad_key_in_the_environment_is_blamed_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOBIRD_API_KEY", f"{KEY} ")
    assert refused(None).startswith("COOBIRD_API_KEY ")


def test_a_traceback_with_local_variables_does_not_show_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOBIRD_API_KEY", f"{KEY}\r\n")
    try:
        Settings(ApiKey(None))
    except ConfigurationError as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        assert KEY not in "".join(shown.format())
    else:
        pytest.fail("a key with a line break was accepted")


@pytest.mark.parametrize(
    ("host", "normal"),
    [
        ("https://api.coobird.ai", "https://api.coobird.ai"),
        ("https://api.coobird.ai/", "https://api.coobird.ai"),
        ("HTTPS://API.Coobird.AI", "https://api.coobird.ai"),
        ("http://localhost:4444", "http://localhost:4444"),
        ("http://127.0.0.1:4444/", "http://127.0.0.1:4444"),
        ("http://[::1]:4444", "http://[::1]:4444"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://under_score.example.", "https://under_score.example."),
    ],
)
def test_a_host_may_be_written_like_this(host: str, normal: str) -> None:
    assert settled(host=host).host == normal


@pytest.mark.parametrize(
    ("host", "advice"),
    [
        ("", 'write "https://api.dev.coobird.ai"'),
        ("api.coobird.ai", 'write "https://api.coobird.ai"'),
        ("localhost", 'write "http://localhost"'),
        ("localhost:4444", 'write "http://localhost:4444"'),
        ("LocalHost.:4444/", 'write "http://LocalHost.:4444"'),
        ("shop.localhost:4444", 'write "http://shop.localhost:4444"'),
        ("127.0.0.1:4444", 'write "http://127.0.0.1:4444"'),
        ("127.1.2.3", 'write "http://127.1.2.3"'),
        ("[::1]:4444", 'write "http://[::1]:4444"'),
        ("::1", 'write "http://[::1]"'),
        ("[::ffff:127.0.0.1]", 'write "http://[::ffff:127.0.0.1]"'),
        ("me:secret@localhost:4444/api/v1", 'write "http://localhost:4444"'),
        ("//localhost:4444", 'write "http://localhost:4444"'),
        ("tcp://localhost:4444", 'write "http://localhost:4444"'),
        ("https://localhost:4444/api", 'write "https://localhost:4444"'),
        ("0.0.0.0:4444", 'write "http://0.0.0.0:4444"'),
        ("[::]:4444", 'write "http://[::]:4444"'),
        ("host.docker.internal:4444", 'write "http://host.docker.internal:4444"'),
        ("http:localhost:4444", 'write "http://localhost:4444"'),
        ("http:/localhost:4444", 'write "http://localhost:4444"'),
        ("HTTP//localhost:4444", 'write "http://localhost:4444"'),
        ("https:api.coobird.ai", 'write "https://api.coobird.ai"'),
        ("http:4444", 'write "https://http:4444"'),
        ("http-proxy:4444", 'write "https://http-proxy:4444"'),
        ("http://localhost:4444\n", 'write "http://localhost:4444"'),
        ("localhost:4444 ", 'write "http://localhost:4444"'),
        ("localhost.example:4444", 'write "https://localhost.example:4444"'),
        ("127.example:4444", 'write "https://127.example:4444"'),
        ("128.0.0.1:4444", 'write "https://128.0.0.1:4444"'),
        ("[2001:db8::1]:4444", 'write "https://[2001:db8::1]:4444"'),
        ("2001:db8::1", 'write "https://[2001:db8::1]"'),
        ("api..ai", 'write "https://api.dev.coobird.ai"'),
        ("localhost:70000", 'write "https://api.dev.coobird.ai"'),
        ("//api.coobird.ai", 'write "https://api.coobird.ai"'),
        ("ftp://api.coobird.ai", 'write "https://api.coobird.ai"'),
        ("https://api.coobird.ai/api/v1", 'write "https://api.coobird.ai"'),
        ("https://api.coobird.ai//", 'write "https://api.coobird.ai"'),
        ("https://api.coobird.ai?x=1", 'write "https://api.coobird.ai"'),
        ("https://api.coobird.ai#x", 'write "https://api.coobird.ai"'),
        ("https://me:secret@api.coobird.ai", 'write "https://api.coobird.ai"'),
        ("https://", "no valid host name"),
        ("https://:443", "no valid host name"),
        ("https://api..ai", "no valid host name"),
        ("https://api coobird.ai", "no valid host name"),
        ("https://api.coobird.ai\n", "white space or a line break"),
        (" https://api.coobird.ai", 'write "https://api.coobird.ai"'),
        ("https://bücher.example", "no valid host name"),
        ("https://[::1", "no valid host name"),
        ("https://::1", "no valid host name"),
        ("https://api.coobird.ai:", "ports are 1 to 65535"),
        ("https://api.coobird.ai:0", "ports are 1 to 65535"),
        ("https://api.coobird.ai:65536", "ports are 1 to 65535"),
        ("https://api.coobird.ai:٤٤", "ports are 1 to 65535"),
        (KEY, "is an API key"),
        (4444, "must be a text"),
    ],
)
def test_a_host_that_cannot_work_is_refused_with_what_to_write(host: Any, advice: str) -> None:
    message = refused(host=host)
    assert advice in message
    assert "secret" not in message
    assert KEY not in message
    # Advice that leads into the next error is none.
    assert all(resolve_host(place) for place in re.findall(r'write(?: for example)? "(.+?)"', message))


@pytest.mark.parametrize("name", ["127.example", "localhost.example", "[2001:db8::1]", "0x7f.1"])
def test_a_name_that_only_begins_like_this_machine_is_warned_about(name: str) -> None:
    with pytest.warns(InsecureHostWarning):
        Coomon(KEY, host=f"http://{name}:4444")


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost.", "a.b.localhost", "[::1]", "[0:0:0:0:0:0:0:1]"])
def test_no_name_of_this_machine_is_warned_about(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Coomon(KEY, host=f"http://{name}:4444")


def test_a_bad_host_in_the_environment_is_blamed_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOBIRD_HOST", "api.coobird.ai")
    assert refused().startswith("COOBIRD_HOST ")


NOT_COUNTS: list[Any] = [-1, 1.0, True, "3", None, float("nan")]
NOT_SECONDS: list[Any] = [-0.1, float("nan"), float("inf"), True, "3", None, 1e9]


async def never_awaited(_: object) -> None:
    """Do nothing: no test awaits it."""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("flush_at", "max_batch_size", "max_queue_size") for value in [*NOT_COUNTS, 0]),
        *(("max_retries", value) for value in NOT_COUNTS),
        *((name, value) for name in ("flush_interval", "shutdown_timeout") for value in NOT_SECONDS),
        *(("request_timeout", value) for value in [*NOT_SECONDS, 0]),
        ("max_batch_size", 1001),
        ("debug", 1),
        ("disabled", "false"),
        ("on_error", "print"),
        ("on_error", never_awaited),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(name: str, value: Any) -> None:
    assert refused(**{name: value}).startswith(name)
    if name in ("max_retries", "request_timeout"):
        with pytest.raises(ConfigurationError, match=name):
            settled().replace(**{name: value})


def test_a_queue_that_fills_before_it_is_flushed_is_refused() -> None:
    assert "would never be reached" in refused(flush_at=11, max_queue_size=10)
    assert settled(flush_at=10, max_queue_size=10).flush_at == 10


def test_zero_switches_off_what_can_be_switched_off() -> None:
    off = settled(flush_interval=0, max_retries=0, shutdown_timeout=0)
    assert (off.flush_interval, off.max_retries, off.shutdown_timeout) == (0, 0, 0)


def test_a_disabled_client_needs_no_key() -> None:
    assert settled(None, disabled=True).disabled
    assert settled("", disabled=True).disabled


@pytest.mark.parametrize("host", ["http://localhost:1", "http://127.8.9.1", "http://[::1]:80", "http://api.localhost"])
def test_this_machine_is_recognised(host: str) -> None:
    assert is_loopback(settled(host=host).host)


@pytest.mark.parametrize("host", ["http://localhost.example", "http://1.127.0.0", "http://[::2]", "http://mylocalhost"])
def test_another_machine_is_not_taken_for_this_one(host: str) -> None:
    assert not is_loopback(settled(host=host).host)


def test_settings_can_be_logged() -> None:
    shown = repr(settled())
    assert KEY not in shown
    assert "host='https://api.dev.coobird.ai'" in shown


def test_even_a_short_key_is_not_quoted_and_garbles_no_words() -> None:
    key = ApiKey("sk_1")
    assert key.redact("the key sk_1, 'sk_1' and sk_12") == "the key ***, '***' and sk_12"
