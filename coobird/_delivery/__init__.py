"""Queued events until the server has them."""
