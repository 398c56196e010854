"""Relay: takes events from a topic, a table or a file, and sends them to the API."""
