# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on plan agent actions, a module for each."""
