"""Addresses that hold a secret and open without a sign-in: what a link in a message does, and one incident for people outside."""

from fastapi import FastAPI

from domain.application import Application
from ui.links.answers import register_answers
from ui.links.incidents import register_shared_incidents


def register_links(app: FastAPI, parts: Application) -> None:
    """Put both on the parent app."""
    register_answers(app, answers=parts.answers, throttle=parts.throttle)
    register_shared_incidents(app, links=parts.incident_links, throttle=parts.throttle)
