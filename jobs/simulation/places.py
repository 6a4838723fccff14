"""Where things are: the terminals and towns along the Nieuwe Waterweg, from the Maasvlakte to the city."""

from dataclasses import dataclass

from jobs.simulation.geo import Point, to_point


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the port; ``terminal`` means that a private network covers it. ``tenant`` runs the work there."""

    name: str
    latitude: float
    longitude: float
    tenant: str
    terminal: bool = False

    @property
    def point(self) -> Point:
        """Its centre on the flat map."""
        return to_point(self.latitude, self.longitude)

    @property
    def slug(self) -> str:
        """Its name as a label value, ``hook-of-holland``."""
        return self.name.lower().replace(' ', '-')


PLACES: tuple[Place, ...] = (
    Place('Maasvlakte', 51.9540, 4.0290, 'maasvlakte-terminals', terminal=True),
    Place('Waalhaven', 51.8860, 4.4380, 'waal-stevedoring', terminal=True),
    Place('Europoort', 51.9450, 4.1290, 'europoort-bulk', terminal=True),
    Place('Botlek', 51.8850, 4.2940, 'botlek-tank-storage', terminal=True),
    Place('Rotterdam Centrum', 51.9200, 4.4790, 'port-authority'),
    Place('Pernis', 51.8870, 4.3890, 'pernis-energy', terminal=True),
    Place('Vlaardingen', 51.9120, 4.3420, 'port-authority'),
    Place('Eemhaven', 51.8830, 4.4170, 'eem-containers', terminal=True),
    Place('Hook of Holland', 51.9770, 4.1330, 'ferry-services'),
    Place('Rozenburg', 51.9050, 4.2480, 'port-authority'),
    Place('Prinses Amaliahaven', 51.9560, 3.9920, 'maasvlakte-terminals', terminal=True),
    Place('Schiedam', 51.9170, 4.3980, 'yard-works'),
    Place('Spijkenisse', 51.8450, 4.3290, 'port-authority'),
    Place('Merwehaven', 51.9090, 4.4330, 'merwe-fruit', terminal=True),
    Place('Maassluis', 51.9230, 4.2500, 'tug-services'),
    Place('Vondelingenplaat', 51.8830, 4.3590, 'pernis-energy'),
    Place('Hoogvliet', 51.8650, 4.3550, 'port-authority'),
    Place('Brielle', 51.9020, 4.1630, 'port-authority'),
    Place('Oostvoorne', 51.9130, 4.0980, 'port-authority'),
    Place('Charlois', 51.8810, 4.4750, 'waal-stevedoring'),
    Place('Delfshaven', 51.9100, 4.4510, 'yard-works'),
    Place('Barendrecht', 51.8570, 4.5350, 'cold-chain'),
)
"""The busiest first: a smaller network covers the front of this list."""
