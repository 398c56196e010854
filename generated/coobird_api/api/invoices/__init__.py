# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on invoices, a module for each."""
