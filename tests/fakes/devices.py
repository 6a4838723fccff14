"""Make-believe devices."""

from domain.cellular.identifiers import Identifiers


def identifiers(number: int) -> Identifiers:
    """Identifiers of a make-believe device, right by their standards."""
    body = f'35209900{number:06d}'
    doubled = sum((int(c) * 2 - 9 if int(c) > 4 else int(c) * 2) if i % 2 else int(c) for i, c in enumerate(body))
    return Identifiers(imei=f'{body}{-doubled % 10}', serial=f'SN-{number:06d}')
