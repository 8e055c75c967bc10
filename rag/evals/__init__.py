"""How well it answers: gold files, metrics, runs, comparisons, and a page to read."""
