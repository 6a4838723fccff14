"""A believable fleet in the port of Rotterdam that uses the same API as a real one.

Devices are HTTP clients, towers are listeners on this machine. Everything that is decided by chance is decided by the seed:
``places``, ``network``, ``radio``, ``population``, ``facts``, ``world`` and ``scenario`` are a pure model; ``client``, ``workers``,
``listeners`` and ``provision`` carry it over the wire.
"""
