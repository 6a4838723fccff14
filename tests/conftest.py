"""What every test may ask for."""

from hypothesis import settings

pytest_plugins = ['tests.real.postgres']

# an example that is slow because two cores are shared is no finding
settings.register_profile('house', deadline=None)
settings.load_profile('house')
