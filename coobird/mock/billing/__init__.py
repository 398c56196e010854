"""Computation of costs and bills.

All modules are pure except `tenant_bills`, which reads the state.
"""
