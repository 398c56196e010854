# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The API as openapi/coobird.yaml describes it. `api` has the methods, `models` the types, and
`client` a low-level client for the functions of the endpoint modules."""
