"""Server-side rendering: the HTML of what live components show, as the scripts in ``ui/static`` and ``ui/components`` build it.

``tests/browser/test_first_picture.py`` draws the same state with both, and compares.
"""
