"""The parts that pages are made of. Live ones follow a topic in the browser by themselves and never move a NiceGUI element."""
