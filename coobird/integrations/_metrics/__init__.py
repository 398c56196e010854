"""Metrics about the delivery of events: the table of metrics, and one module for each library."""
