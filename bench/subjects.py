"""The measured SDKs, each as one `track(run_id)` and one `close()`. All send the same event.

Only the chosen SDK is imported, and it is set up as its own documentation says. `roomy` raises the
queue limit so that a tight loop loses no event; all other settings keep their defaults.
"""

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

Track = Callable[[str], None]

CUSTOMER, AGENT, SIGNAL = "cust_1042", "agent_7", "api_call"
KEY = "sk_test_benchmark"
ROOM = 250_000


class Subject(NamedTuple):
    track: Track
    close: Callable[[], object]
    """Deliver the queued events, then end."""


def attributes(run_id: str) -> dict[str, Any]:
    return {"model": "gpt-4o", "input_tokens": 1200, "output_tokens": 350, "cached": False, "run_id": run_id}


def floor(url: str, _roomy: bool) -> Subject:
    from bench.floor import Floor

    client = Floor(url)

    def track(run_id: str) -> None:
        client.track(
            customer_id=CUSTOMER, agent_id=AGENT, signal_code=SIGNAL, quantity=1, attributes=attributes(run_id)
        )

    return Subject(track, client.close)


def coobird_fast(url: str, roomy: bool) -> Subject:
    from coobird import Coomon

    client = Coomon(KEY, host=url, max_queue_size=ROOM) if roomy else Coomon(KEY, host=url)

    def track(run_id: str) -> None:
        client.track(
            customer_id=CUSTOMER,
            agent_id=AGENT,
            action_type="task",
            signal_code=SIGNAL,
            quantity=1,
            attributes=attributes(run_id),
        )

    return Subject(track, client.shutdown)


def coobird(url: str, roomy: bool) -> Subject:
    without_orjson()
    return coobird_fast(url, roomy)


def without_orjson() -> None:
    sys.modules["orjson"] = None  # type: ignore[assignment]


def posthog(url: str, roomy: bool) -> Subject:
    from posthog import Posthog

    client = Posthog(KEY, host=url, max_queue_size=ROOM) if roomy else Posthog(KEY, host=url)

    def track(run_id: str) -> None:
        client.capture(
            SIGNAL,
            distinct_id=CUSTOMER,
            properties={"agent_id": AGENT, "quantity": 1, **attributes(run_id)},
        )

    return Subject(track, client.shutdown)


def segment(url: str, roomy: bool) -> Subject:
    from segment.analytics.client import Client

    client = Client(KEY, host=url, max_queue_size=ROOM) if roomy else Client(KEY, host=url)

    def track(run_id: str) -> None:
        client.track(CUSTOMER, SIGNAL, {"agent_id": AGENT, "quantity": 1, **attributes(run_id)})

    return Subject(track, client.shutdown)


def amplitude(url: str, _roomy: bool) -> Subject:
    from amplitude import Amplitude, BaseEvent, Config

    client = Amplitude(KEY, Config(server_url=f"{url}/2/httpapi"))

    def track(run_id: str) -> None:
        client.track(
            BaseEvent(
                SIGNAL, user_id=CUSTOMER, event_properties={"agent_id": AGENT, "quantity": 1, **attributes(run_id)}
            )
        )

    return Subject(track, client.shutdown)


def sentry(url: str, _roomy: bool) -> Subject:
    import sentry_sdk

    # Its integrations patch every framework that they find, which is not part of counting events.
    sentry_sdk.init(f"{url.replace('//', '//public@')}/1", default_integrations=False, auto_enabling_integrations=False)

    def track(run_id: str) -> None:
        sentry_sdk.metrics.count(
            SIGNAL, 1, attributes={"customer_id": CUSTOMER, "agent_id": AGENT, **attributes(run_id)}
        )

    def close() -> None:
        client = sentry_sdk.get_client()
        client.flush(timeout=30)
        client.close()

    return Subject(track, close)


SUBJECTS: dict[str, Callable[[str, bool], Subject]] = {
    "floor": floor,
    "coobird": coobird,
    "coobird[fast]": coobird_fast,
    "posthog": posthog,
    "segment": segment,
    "amplitude": amplitude,
    "sentry": sentry,
}

# Distribution names, for the versions in the report.
PEERS = {
    "posthog": "posthog",
    "segment": "segment-analytics-python",
    "amplitude": "amplitude-analytics",
    "sentry": "sentry-sdk",
}
