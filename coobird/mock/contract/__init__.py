"""The contract as the server reads it: operations, schemas, JSON, and error answers."""
