"""State of a tenant: tables, events, clock."""
