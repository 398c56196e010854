# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on thing parts, a module for each."""
