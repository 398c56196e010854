"""The steps of a world, sent to the local server over HTTP by one API key."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from tests.support.oracle.tenant import Step

Answer = tuple[int, Any]


class Client:
    """One connection that stays open, as a world needs some forty requests."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def call(self, method: str, path: str, body: Any = None, key: str | None = None) -> Answer:
        headers = {"Content-Type": "application/json"}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self._connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else None

    def close(self) -> None:
        self._connection.close()


class ServerTenant:
    """Ids of the things that the steps made, and the calls that the steps stand for."""

    def __init__(self, client: Client, key: str) -> None:
        self._client = client
        self._key = key
        self.ids: dict[str, str] = {}
        self.names: dict[str, str] = {}
        """Names of the contracts, prices and charges, by id."""
        self._plans: dict[str, str] = {}
        self._invoices: dict[str, list[str]] = {}

    def apply(self, step: Step) -> Answer:
        status, body = getattr(self, f"_{step['do']}")(step)
        return status, body

    def _api(self, method: str, path: str, body: Any = None) -> Answer:
        return self._client.call(method, f"/api/v1{path}", body, self._key)

    def _make(self, step: Step, path: str, body: Any) -> Answer:
        status, made = self._api("POST", path, body)
        if status == 201:
            self._name(step["as"], made["id"])
        return status, made

    def _name(self, name: str, identifier: str) -> None:
        self.ids[name] = identifier
        self.names[identifier] = name

    def _clock(self, step: Step) -> Answer:
        return self._client.call("PUT", "/_mock/clock", {"freeze": step["at"]})

    def _signal(self, step: Step) -> Answer:
        return self._make(step, "/signals", _signal(step) | {"signal_type": "billable"})

    def _agent(self, step: Step) -> Answer:
        actions = [
            {"action_name": action["as"], "action_type": action["action_type"], "billable_signal": _signal(action)}
            for action in step["actions"]
        ]
        status, made = self._make(step, "/agents/with-actions", {"agent": _named(step), "actions": actions})
        if status == 201:
            for action, stored in zip(step["actions"], made["actions"], strict=True):
                self._name(action["as"], stored["id"])
                self._name(action["signal"], stored["billable_signal"]["id"])
        return status, made

    def _customer(self, step: Step) -> Answer:
        return self._make(step, "/customers", _named(step) | {"type": "company"})

    def _plan(self, step: Step) -> Answer:
        body = {"name": step["as"], "code": step["as"], "billing_period": step["interval"]}
        if "trial" in step:
            body |= {"trial_available": step["trial"], "trial_days": step["trial_days"]}
        return self._make(step, "/plans", body)

    def _price(self, step: Step) -> Answer:
        body = {"agent_action_id": self.ids[step["action"]]} | step["options"]
        if step.get("signal"):
            body["billable_signal_id"] = self.ids[step["signal"]]
        self._plans[step["as"]] = self.ids[step["plan"]]
        return self._make(step, f"/plans/{self.ids[step['plan']]}/agent-actions", body)

    def _charge(self, step: Step) -> Answer:
        body = {key: step[key] for key in ("amount",)}
        body |= {"charge_name": step["as"], "charge_code": step["code"], "charge_type": step["type"]}
        if step.get("frequency"):
            body["billing_frequency"] = step["frequency"]
        return self._make(step, f"/plans/{self.ids[step['plan']]}/charges", body)

    def _edit(self, step: Step) -> Answer:
        path = f"/plans/{self._plans[step['price']]}/agent-actions/{self.ids[step['price']]}"
        return self._api("PATCH", path, step["options"])

    def _rename(self, step: Step) -> Answer:
        return self._change_signal(step, {"signal_code": step["code"]})

    def _measure(self, step: Step) -> Answer:
        fields = {"aggregation": "aggregation_type", "value_field": "value_field"}
        return self._change_signal(step, {fields[key]: step[key] for key in fields if key in step})

    def _status(self, step: Step) -> Answer:
        return self._change_signal(step, {"status": step["status"]})

    def _change_signal(self, step: Step, body: Any) -> Answer:
        return self._api("PATCH", f"/signals/{self.ids[step['signal']]}", body)

    def _delete(self, step: Step) -> Answer:
        return self._api("DELETE", f"/signals/{self.ids[step['signal']]}")

    def _contract(self, step: Step) -> Answer:
        body = {
            "plan_id": self.ids[step["plan"]],
            "customer_id": self.ids[step["customer"]],
            "name": step["as"],
            "start_date": step["start"],
        }
        if step.get("end"):
            body["end_date"] = step["end"]
        if step.get("interval"):
            body["billing_interval"] = step["interval"]
        status, made = self._make(step, "/contracts", body)
        if status == 201:
            for price in made["agent_actions"]:
                self.names[price["id"]] = self.names[price["plan_agent_action_id"]]
            for charge in made["charges"]:
                self.names[charge["id"]] = self.names[charge["plan_charge_id"]]
        return status, made

    def _activate(self, step: Step) -> Answer:
        body: Step = {"skip_validation": True}
        if step.get("day"):
            body["activation_date"] = step["day"]
        return self._api("POST", f"/contracts/{self.ids[step['contract']]}/activate", body)

    def _suspend(self, step: Step) -> Answer:
        return self._api("POST", f"/contracts/{self.ids[step['contract']]}/suspend", {})

    def _cancel(self, step: Step) -> Answer:
        body = {"cancellation_type": step["type"]}
        if step.get("day"):
            body["cancellation_date"] = step["day"]
        return self._api("POST", f"/contracts/{self.ids[step['contract']]}/cancel", body)

    def _end(self, step: Step) -> Answer:
        return self._api("PATCH", f"/contracts/{self.ids[step['contract']]}", {"end_date": step["day"]})

    def _look(self, step: Step) -> Answer:
        return self._api("GET", f"/contracts/{self.ids[step['contract']]}")

    def _events(self, step: Step) -> Answer:
        events = []
        for event in step["events"]:
            sent = {
                "event_id": event["id"],
                "customer_id": self.ids.get(event["customer"], event["customer"]),
                "agent_id": self.ids.get(event["agent"], event["agent"]),
                "action_type": event["action_type"],
                "timestamp": event["at"],
            }
            sent |= {key: event[key] for key in ("quantity", "attributes") if key in event}
            if "code" in event:
                sent["signal_code"] = event["code"]
            events.append(sent)
        return self._api("POST", "/events/batch", {"events": events})

    def _preview(self, step: Step) -> Answer:
        body = {"customer_id": self.ids[step["customer"]]}
        if step.get("contract"):
            body["contract_id"] = self.ids[step["contract"]]
        return self._api("POST", "/invoices/preview", body)

    def _run(self, step: Step) -> Answer:
        body: Step = {"auto_finalize": True}
        if step.get("day"):
            body["day"] = step["day"]
        if step.get("mode"):
            body[step["mode"]] = True
        path = f"/_mock/contracts/{self.ids[step['contract']]}/invoice"
        status, made = self._client.call("POST", path, body, self._key)
        if status < 300:
            self._invoices.setdefault(step["contract"], []).append(made["id"])
        return status, made

    def _void(self, step: Step) -> Answer:
        invoice = self._invoices[step["contract"]].pop()
        return self._api("POST", f"/invoices/{invoice}/void", {"reason": "wrong"})


def _named(step: Step) -> Step:
    return {"name": step["as"]} | ({"external_id": f"ext:{step['as']}"} if step.get("external") else {})


def _signal(options: Step) -> Step:
    body = {
        "signal_name": options.get("signal") or options["as"],
        "signal_code": options["code"],
        "aggregation_type": options["aggregation"],
    }
    return body | ({"value_field": options["value_field"]} if options.get("value_field") else {})
