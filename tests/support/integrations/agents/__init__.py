"""Servers and checks of the tests with frameworks for agents."""
