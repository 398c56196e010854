"""Figures of the page."""
