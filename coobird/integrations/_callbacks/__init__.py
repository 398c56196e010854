"""Frameworks that call back."""
