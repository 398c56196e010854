"""Behaviour of each operation, and of two actions that the real service has outside its API."""
