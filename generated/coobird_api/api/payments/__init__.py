# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on payments, a module for each."""
