"""Runs: customer, agent, signal and attributes that the events of a block share."""
