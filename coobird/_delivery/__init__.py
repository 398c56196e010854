"""Delivery of queued events until the server has them."""
