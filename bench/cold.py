"""Cold start: time for `import` and the first client, and for the first event, in a new process."""

FLOOR = """
from bench.floor import Floor
client = Floor(URL)
---
client.track(customer_id="c", agent_id="a", signal_code="s", quantity=1, attributes={})
"""

COOBIRD = """
from coobird import Coomon
client = Coomon("sk_test_benchmark", host=URL)
---
client.track(customer_id="c", agent_id="a", action_type="task", signal_code="s", quantity=1, attributes={})
"""

POSTHOG = """
from posthog import Posthog
client = Posthog("key", host=URL)
---
client.capture("s", distinct_id="c", properties={})
"""

SEGMENT = """
from segment.analytics.client import Client
client = Client("key", host=URL)
---
client.track("c", "s", {})
"""

AMPLITUDE = """
from amplitude import Amplitude, BaseEvent, Config
client = Amplitude("key", Config(server_url=URL))
---
client.track(BaseEvent("s", user_id="c", event_properties={}))
"""

SENTRY = """
import sentry_sdk
sentry_sdk.init(URL.replace("//", "//public@") + "/1", default_integrations=False, auto_enabling_integrations=False)
---
sentry_sdk.metrics.count("s", 1, attributes={})
"""

STARTS = {
    "floor": FLOOR,
    "coobird": COOBIRD,
    "coobird[fast]": COOBIRD,
    "posthog": POSTHOG,
    "segment": SEGMENT,
    "amplitude": AMPLITUDE,
    "sentry": SENTRY,
}


def program(subject: str, url: str) -> str:
    """Source of a Python program that prints its figures.

    It imports nothing else before the clock starts.
    """
    client, track = STARTS[subject].split("---")
    hidden = "import sys; sys.modules['orjson'] = None" if subject == "coobird" else ""
    return f"""
{hidden}
import time
URL = {url!r}
begin = time.perf_counter()
{client}
ready = time.perf_counter()
{track}
tracked = time.perf_counter()
import json, os
print(json.dumps({{"client_ms": (ready - begin) * 1e3, "first_event_ms": (tracked - begin) * 1e3}}), flush=True)
os._exit(0)
"""
