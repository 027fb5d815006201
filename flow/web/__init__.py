"""Routes of the web process that are not pages."""
