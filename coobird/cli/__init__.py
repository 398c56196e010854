"""Command `coobird` (extra `cli`): read, send and check from a terminal."""
