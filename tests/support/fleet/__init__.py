"""Engines for tests of transports and relays, each started by the test and ended with it."""
