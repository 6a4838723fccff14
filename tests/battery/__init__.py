"""``make battery``: faults and attacks against real servers on both stores, each with a figure and a verdict."""
