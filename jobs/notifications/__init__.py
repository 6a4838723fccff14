"""Messages on their way out: what is due is sent, and what the other side said is kept."""
