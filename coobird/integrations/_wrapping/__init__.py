"""Clients of providers that report their calls."""
