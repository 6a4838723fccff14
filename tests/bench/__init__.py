"""``make bench``: how fast it is, every figure as a ratio to a limit or a peer measured in the same run."""
