"""Queued events on disk, shared by any number of processes."""
