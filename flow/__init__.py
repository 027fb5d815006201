"""Fluxo: a company's whole telephone service, configured in the browser and carried by Asterisk."""

__version__ = "0.1.0"
