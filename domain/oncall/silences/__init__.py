"""Which alerts are told to nobody for a while, because a person says so."""
