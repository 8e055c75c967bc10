"""Pure functions, a file for each thing that is judged."""
