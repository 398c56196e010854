# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on pricing tiers, a module for each."""
