"""The shell around one Asterisk node: its configuration, every call on it, and the records of those calls."""
