"""Benchmarks of the event pipeline on loopback, compared with other SDKs' queues and a bare floor.

`bench/setup.sh` makes the environment. `python -m bench` measures and writes `docs/benchmarks.md`.
"""
