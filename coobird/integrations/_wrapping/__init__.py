"""Clients of providers that report their own calls."""
