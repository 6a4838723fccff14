"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path | None, typer.Option(help='Folder of everything that is kept [CELLWARDEN_DATA].')]


Config = Annotated[
    Path | None, typer.Option(help='File of settings; without, cellwarden.toml in the data folder [CELLWARDEN_CONFIG].')
]


Owner = Annotated[str, typer.Option(help='Name or id of the enterprise.')]


Labels = Annotated[
    list[str] | None,
    typer.Option('--label', help='Only devices with this label, as key=value; may be repeated: any value of a key.'),
]


Regions = Annotated[
    list[str] | None,
    typer.Option('--region', help='Or devices that towers of this region serve; may be repeated.'),
]


Days = Annotated[
    float | None, typer.Option('--days', help='Days until it expires; without, it does not.', min=0, max=36_500)
]
