"""Batches: answers that a provider gives hours later, in a file."""
