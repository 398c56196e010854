"""Runs: who pays for what happens inside a block."""
