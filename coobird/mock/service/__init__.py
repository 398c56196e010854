"""Requests without HTTP: the state, the rules, faults, the log of requests, and seeds."""
