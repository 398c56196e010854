# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on plan charges, a module for each."""
