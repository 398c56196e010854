"""The command `coobird` (extra `cli`): looking at what is there, and at what goes wrong, from a terminal."""
