# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on contracts, a module for each."""
