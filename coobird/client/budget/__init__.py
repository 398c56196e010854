"""Budgets: a run starts only if a wallet can pay for it."""
