"""One call and its answer, and the forks that connections do not survive."""
