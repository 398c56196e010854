"""The clients, their runs and their budgets."""
