# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on plans, a module for each."""
