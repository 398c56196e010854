# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on agents, a module for each."""
