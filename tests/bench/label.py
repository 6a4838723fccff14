"""A NiceGUI page with one label, as the smallest application serves it: what first pictures are measured against."""

import sys

import uvicorn
from fastapi import FastAPI
from nicegui import ui


@ui.page('/')
def label() -> None:
    """The page."""
    ui.label('One label')


if __name__ == '__main__':
    app = FastAPI()
    ui.run_with(app, tailwind=False, show_welcome_message=False)
    config = uvicorn.Config(app, host='127.0.0.1', port=int(sys.argv[1]), log_level='warning')
    uvicorn.Server(config).run()
