"""The address of a one-time link."""


def link_address(base: str, secret: str) -> str:
    """The address that is handed to a person: ``https://console.example/join/cwl_…``."""
    return f'{base.rstrip("/")}/join/{secret}'
