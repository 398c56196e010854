"""Every method of an SDK that makes a request is metered, or listed with a reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.integrations import sdk_methods, unmetered
from tests.support.integrations.sdk_methods import SDKS, Method

# Parts of a client warn when they are looked at: some are old, some experimental.
pytestmark = pytest.mark.filterwarnings("ignore::Warning")

LIST = unmetered.read()


@pytest.mark.parametrize("name", SDKS)
def test_each_method_is_metered_or_listed(name: str) -> None:
    assert unmetered.unlisted(name, LIST[name]) == [], (
        "these methods are new: meter them, or list them in coobird/integrations/unmetered.yaml"
    )


@pytest.mark.parametrize("name", SDKS)
def test_each_entry_is_for_a_method_of_the_pinned_sdk(name: str) -> None:
    assert unmetered.useless(name, LIST[name]) == [], "remove these patterns: no method needs them"


@pytest.mark.parametrize("name", SDKS)
def test_each_request_that_is_metered_is_made_by_a_method(name: str) -> None:
    made = {post for method in sdk_methods.methods_of(name) for post in method.posts}
    assert set(SDKS[name].metered) - made == set()


def test_each_sdk_that_has_a_wrap_is_compared() -> None:
    from coobird.integrations._wrapping import metered_requests

    assert {name.lower() for name in vars(metered_requests) if name.isupper()} == set(SDKS) == set(LIST)


def test_a_method_that_is_charged_for_says_what_to_track() -> None:
    entries = [entry for each in LIST.values() for entry in each]
    assert {entry.kind for entry in entries} <= {*unmetered.FREE, *unmetered.CHARGED}
    assert [entry for entry in entries if entry.kind in unmetered.CHARGED and ".track_" not in entry.do] == []


@pytest.mark.parametrize("name", SDKS)
def test_no_entry_is_so_wide_that_it_fits_a_metered_method(name: str) -> None:
    metered = [each for each in sdk_methods.methods_of(name) if each.is_metered(SDKS[name])]
    found = [(each.name, entry[1]) for each in metered if (entry := unmetered.entry_of(each, LIST[name]))]
    assert found == [], "write the names of the methods: a new one beside them would be listed by itself"


@pytest.fixture
def imagined(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Methods that the next version of an SDK may bring."""
    from groq.resources.chat.completions import Completions

    def imagine(self: Completions) -> object:
        return self._post("/imaginations", cast_to=object)

    def create_again(self: Completions) -> object:
        return self._post("/openai/v1/chat/completions", cast_to=object)

    def list(self: Completions) -> object:  # noqa: A001 - the name of a method
        return self._get("/openai/v1/chat/completions", cast_to=object)

    for method in (imagine, create_again, list):
        monkeypatch.setattr(Completions, method.__name__, method, raising=False)
    sdk_methods.methods_of.cache_clear()
    yield
    sdk_methods.methods_of.cache_clear()


@pytest.mark.usefixtures("imagined")
def test_a_new_method_that_posts_elsewhere_is_found() -> None:
    new = ["chat.completions.imagine", "chat.completions.list"]
    assert unmetered.unlisted("groq", LIST["groq"]) == new


@pytest.mark.usefixtures("imagined")
def test_a_new_method_that_posts_to_a_metered_path_is_metered() -> None:
    metered = [each.name for each in sdk_methods.methods_of("groq") if each.is_metered(SDKS["groq"])]
    assert "chat.completions.create_again" in metered
    assert "chat.completions.list" not in metered


def test_the_page_shows_the_list_and_the_pinned_sdks() -> None:
    assert unmetered.PAGE.read_text(encoding="utf-8") == unmetered.render(), (
        "run: python -m tests.support.integrations.unmetered"
    )


def test_the_first_pattern_that_fits_counts() -> None:
    exact, general = unmetered.Entry(("a.b",), "", "x"), unmetered.Entry(("a.*",), "", "y")
    method = Method("a.b", frozenset())
    assert unmetered.entry_of(method, [exact, general]) == (exact, "a.b")
    assert unmetered.entry_of(method._replace(name="a.c"), [exact, general]) == (general, "a.*")
    assert unmetered.entry_of(method._replace(name="b"), [exact, general]) is None
