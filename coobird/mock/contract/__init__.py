"""The contract: operations, schemas, problems."""
