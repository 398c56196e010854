# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The API as openapi/coobird.yaml describes it: `api`, `models`, and in `client` a low-level client for the endpoint modules."""
