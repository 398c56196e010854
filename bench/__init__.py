"""Benchmarks of the event pipeline against other SDKs' queues and against a bare floor, all on loopback.

`bench/setup.sh` makes the environment, `python -m bench` measures and writes `docs/benchmarks.md`.
"""
