# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on agent actions, a module for each."""
