"""A believable fleet in the port of Rotterdam that uses the same API as a real one.

Devices are HTTP clients, towers are listeners on this machine. Everything that is decided by chance is decided by the seed:
``places``, ``network``, ``radio``, ``roster``, ``facts`` and ``drama`` are a pure model; ``client``, ``crew``, ``listeners`` and
``provision`` carry it over the wire.
"""
